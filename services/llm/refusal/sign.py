"""By what a failure is known, whatever the status of the answer that tells it: one table.

Names (codes, types, statuses, reasons) and words of providers; the first sign that is seen counts.
The answers that it was made for are rows of tests/unit/llm/provider_error.yaml, each with
its source. Words may quote our prompt, so they are whole phrases of providers and no single words.
"""

import re
from dataclasses import dataclass

from services.failure.verdict import Failure


@dataclass(frozen=True)
class Sign:
    """How providers say that something went wrong.

    Attributes:
        names: In lower case, without underscores and hyphens.
    """

    failure: Failure
    names: frozenset[str]
    words: re.Pattern[str]


def find_sign(names: tuple[str, ...], words: str) -> Failure | None:
    """What an error answer says, by its names before its words; None for no sign."""
    folded = [name.replace("_", "").replace("-", "").lower() for name in names]
    # Clouds write them in two parts: AuthFailure.SignatureFailure, Throttling.RateQuota.
    folded = [part for name in folded for part in (name, *name.split("."))]
    named = next((s.failure for name in folded for s in SIGNS if name in s.names), None)
    if named is Failure.RATE_LIMITED and SPENT.search(words):
        return Failure.NO_MONEY
    told = next((s.failure for s in SIGNS if s.words.search(words)), None)
    if named is Failure.NO_ACCESS and told is Failure.NO_MONEY:
        return told  # xAI calls it so that nothing is left
    return named or told


def _sign(failure: Failure, names: str, *words: str) -> Sign:
    pattern = re.compile("|".join(words) if words else r"(?!)", re.IGNORECASE)
    return Sign(failure, frozenset(names.split()), pattern)


SPENT = re.compile(r"prepayment credits are depleted|spending cap", re.IGNORECASE)
"""Gemini calls a spent balance RESOURCE_EXHAUSTED, as it calls a rate; `quota` may mean either."""

SIGNS: tuple[Sign, ...] = (
    _sign(
        Failure.CONTENT_POLICY,
        "contentpolicyviolation contentfilter invalidprompt responsibleaipolicyviolation"
        " datainspectionfailed moderationblocked prohibitedcontent inputtextriskdetection"
        " outputtextriskdetection",
        r"content management policy",
        r"ContentPolicyViolation",
        r"(input|prompt|request) (was|has been|is) flagged",
        r"flagged for \"",
        r"as a result of our safety system",
        r"inappropriate content",
        r"content exists risk|new_sensitive|sensitive (content|words?|information)",
        r"敏感(词|内容|信息)|内容审核不通过|违规内容",
    ),
    _sign(
        Failure.NO_SUCH_MODEL,
        "modelnotfound deploymentnotfound modelnotavailable invalidmodel modeldecommissioned"
        " modelnotsupported unknownmodel invalidendpointormodel invalidendpoint modeldeprecated"
        " modelretired operationnotsupported",
    ),
    _sign(Failure.OUTPUT_INVALID, "jsonvalidatefailed toolusefailed outputparsefailed"),
    _sign(Failure.FLEX_UNAVAILABLE, "resourceunavailable"),
    _sign(
        Failure.RATE_LIMITED,
        "ratelimitexceeded ratelimiterror resourceexhausted slowdown"
        " throttling throttlingexception throttled toomanyrequests",
        r"rate limit (is |was |has been )?(reached|exceeded)|too many requests|rate-limited",
        r"request limit reached|out of call volume quota|limit exceeded ?\(?(rpm|tpm|rpd|tpd)\b",
        r"请求过于频繁|频率过高|并发数?过[高多]|速率限制|限流",
    ),
    _sign(
        Failure.NO_MONEY,
        "insufficientquota billinghardlimitreached paymentrequired creditbalanceexhausted"
        " creditbalancetoolow billingerror billingnotactive insufficientcredits insufficientbalance"
        " budgetexceeded exceededcurrentquotaerror exceededcurrentquota arrearage"
        " insufficientuserquota billingdisabled quotaexceeded accountoverdueerror creditlimit"
        " spendlimit notenoughbalance insufficientbalanceerror insufficientfunds tokenquotareached"
        " customerverificationrequired invalidpaymentinstrument allocationquota",
        r"balance (is )?(too low|exhausted|insufficient|not enough|empty|depleted|negative)",
        r"(insufficient|not enough|low|negative|no) (account )?(credits?|balance|funds|quota)\b",
        r"(credits?|spend(ing)?) limit (was |has been |is )?(exceeded|reached)",
        r"reach(ed|ing) (its|your|the) (monthly )?(credits?|spend(ing)?) limit",
        r"reached your specified api usage limits|quota limit for the current month",
        r"credits (are|have( been)?|were) (depleted|exhausted|expired|used up)|no credits left",
        r"(cloud|trial|free) credits (have )?expired|used all available credits|spending cap",
        r"(exceeded|used up|exhausted) (all )?(of )?your (monthly )?(included |free )?credits",
        r"(does not|doesn.t|do not|don.t) have (any|enough|sufficient) (credits?|funds|balance)",
        r"(requires|need|purchase|buy|add) (more |additional )?(credits|funds)\b|can only afford",
        r"(run out|out) of (credits|funds)|(top.up|recharge) (your|the) (account|balance)",
        r"free (tier|quota|allowance)( of [^.]{0,40})? (has been|is) (exhausted|used up)",
        r"budget has been exceeded|exceeded ?budget|crossed budget|over budget",
        r"billing (hard limit|(details|account|is)? ?not active)",
        r"exceeded your (current quota|monthly (spending )?limit)",
        r"(enter|add|provide|valid|invalid)[ _](a )?(valid )?payment[ _](method|instrument)",
        r"positive balance|account balance is \$?0\b|free usage exceeded",
        r"credit card on file|overdue (payment|balance|invoice)|unpaid invoice|failure to pay",
        r"payment (is )?(required|overdue|past due)|in good standing|in arrears",
        r"余额不足|余额不够|欠费|额度不足|额度已用[尽完]|余额已用[尽完]|请充值|残高が?不足|クレジットが?不足",
        r"(잔액|크레딧)이? ?부족|недостаточно средств|yetersiz bakiye",
        r"guthaben (ist )?(aufgebraucht|erschöpft|reicht nicht)|(kein|nicht genügend) guthaben",
        r"(crédits?|solde) (est |sont )?(insuffisante?s?|épuisée?s?)|onvoldoende (saldo|tegoed)",
        r"(saldo|créditos?|credito) (è |es |é )?(insuficientes?|insufficiente|agotado|esaurito)",
    ),
    _sign(
        Failure.KEY_REFUSED,
        "invalidapikey apikeyinvalid authenticationerror invalidauthentication unauthenticated"
        " invalidtoken tokenexpired tokennotfoundindb expiredkey incorrectapikey"
        " invalidclienttokenid unrecognizedclientexception missingauthenticationtoken"
        " invalidauthenticationerror authfailure",
        r"api[ -]?key (is )?(not valid|invalid|expired|not found|missing|disabled|required)",
        r"(invalid|incorrect|missing|expired|unknown|revoked|no)"
        r" (x-)?(api|access|subscription|authentication|auth)[ -]?(key|token|credentials)",
        r"invalid (authentication|credentials|jwt)",
        r"api key has been (revoked|disabled|deleted)",
        r"authorization header is (missing|required|malformed|invalid)",
        r"(malformed|invalid|missing) bearer token",
        r"didn.t provide an api key",
        r"(security )?token included in the request is (invalid|expired)",
        r"authentication (failed|fails|error)",
        r"access token (is )?(invalid|expired|no longer valid)|^unauthori[sz]ed\.?$|login fail",
        r"request signature we calculated does not match|carry the api secret key",
        r"api key was reported as leaked",
        r"(令牌|密钥|api ?key)[^。]{0,8}(无效|错误|不正确|过期|不存在)|无效的(令牌|密钥)",
        r"(鉴权|身份验证|认证)失败",
    ),
    _sign(
        Failure.NO_ACCESS,
        "unsupportedcountryregionterritory permissionerror permissiondenied accessdenied"
        " accessdeniedexception servicedisabled accountdeactivated organizationrestricted"
        " consumersuspended consumerinvalid ipaddressblocked apikeyipaddressblocked"
        " apikeyserviceblocked modeltermsrequired modelnotopen noaccess subscriptiondisabled",
        r"country, region,? or territory",
        r"(location|region|country) is not supported",
        r"(not (yet )?(available|supported)|unavailable) in your (country|region|location)",
        r"access from your (country|region|location) is (restricted|blocked|denied)",
        r"(does not|doesn.t|do not|don.t) have (access|permission|sufficient permission)",
        r"caller does not have permission",
        r"access denied",
        r"ip (address )?(is )?not (authorized|allowed)",
        r"organization (must be verified|has been (disabled|restricted))",
        r"account (is |has been |was )(suspended|deactivated|disabled|blocked)",
        r"has not been used in project",
        r"member of an organization",
        r"matching your data policy",
        r"not allowed to access (this )?model",
        r"network authentication required",
        r"appidnoauth|no appid auth|public access is disabled|requires terms acceptance",
        r"has not (activated|agreed to) .{0,30}model|没有权限|无权(限|访问)|未开通",
    ),
    _sign(
        Failure.OVERLOADED,
        "overloadederror serverisoverloaded engineoverloaded engineoverloadederror unavailableerror"
        " modeloverloaded serviceunavailable unavailable modelnotready nocapacity",
        r"(model|server|engine|service) is (currently |temporarily )?(overloaded|unavailable)",
        r"loading model|model is (currently |still )?loading",
        r"no healthy upstream|capacity temporarily exceeded|(server|system|service) (is )?busy",
        r"(服务|系统|模型)(器)?(繁忙|过载|暂时不可用)",
    ),
)
MODEL_WORDS = re.compile(
    r"models?\b.{0,160}?(not found|could not be found|(does not|doesn.t|not) exist|is not available"
    r"|is not supported|decommissioned|not loaded|is unknown|end of (its )?life"
    r"|(is|are|was|been) (deprecated|retired|discontinued|sunset|removed|shut ?down)"
    r"|no longer (available|supported|served|offered))"
    r"|(unknown|invalid|no such|unsupported) model\b|no models? (is )?loaded|no endpoints found for"
    r"|not a valid model|unable to access model|model identifier is invalid"
    r"|on-demand throughput isn.t supported|does not support chat|specified model"
    r"|deployment for this resource does not exist|^model: |模型.{0,40}(不存在|已下线|未找到)",
    re.IGNORECASE | re.DOTALL,
)
NO_MODEL_OR_ACCESS = re.compile(r"model\b.{0,160}?not exist,? or", re.IGNORECASE | re.DOTALL)
"""Such a model is none for us: what is said of access behind it is a guess of theirs."""
ADDRESS_WORDS = re.compile(
    r"invalid url|method not allowed|http request (was sent )?to an? https|unknown request url"
    r"|cannot post /|no route (matched|for)|unsupported http method|unexpected endpoint or method"
    r"|^ollama is running",
    re.IGNORECASE,
)
