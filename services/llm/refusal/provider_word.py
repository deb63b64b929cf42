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


def _sign(failure: Failure, names: str, *words: str) -> Sign:
    pattern = re.compile("|".join(words) if words else r"(?!)", re.IGNORECASE)
    return Sign(failure, frozenset(names.split()), pattern)


SPENT = re.compile(
    r"prepayment credits are depleted|spend(ing)? (cap|limit)|used (up )?all (of )?your credits"
    r"|used all available credits|(insufficient|not enough) (credits?|balance|funds|quota)"
    r"|out of credits|credits (are|have been|were) (depleted|exhausted|used up)"
    r"|balance (is )?(too low|exhausted|insufficient|depleted)|quota exceeded: billing"
    r"|crossed its monthly api usage|(extra usage|usage credits) (is|are) required",
    re.IGNORECASE,
)
"""Gemini calls a spent balance RESOURCE_EXHAUSTED, as it calls a rate; `quota` may mean either.

What only offers more for money, as beside a rate, is not among these.
"""

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
        r"(prompt|response) blocked due to",
    ),
    _sign(
        Failure.NO_SUCH_MODEL,
        "modelnotfound deploymentnotfound modelnotavailable invalidmodel modeldecommissioned"
        " modelnotsupported unknownmodel invalidendpointormodel invalidendpoint modeldeprecated"
        " modelretired operationnotsupported",
    ),
    _sign(
        Failure.OUTPUT_INVALID,
        "jsonvalidatefailed toolusefailed outputparsefailed",
        r"json mode(l)? couldn.t be met",
    ),
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
        " customerverificationrequired invalidpaymentinstrument allocationquota"
        " blockedapiaccess enforcedspendlimitreached spendlimitreached spendlimitexceeded"
        " quotaexhausted billingquotaexceeded outofcredits nocredits",
        r"balance (is )?(too low|exhausted|insufficient|not enough|empty|depleted|negative)",
        r"(insufficient|not enough|low|negative|no) (account )?(credits?|balance|funds|quota)\b",
        r"(credits?|spend(ing)?) limit (was |has been |is )?(exceeded|reached)",
        r"reach(ed|ing) (its|your|the) (monthly )?(credits?|spend(ing)?) limit",
        r"reached your (specified )?((workspace|organization) )?api usage limits",
        r"quota limit for the current month|monthly quota (is |has been )?(exceeded|exhausted)",
        r"(extra usage|usage credits) (is|are) required|spend(ing)? alert threshold",
        r"not set up for billing|billing to be enabled|enable billing|quota exceeded: billing",
        r"used up your daily free allocation|key limit exceeded|budget (limit )?(is )?exhausted",
        r"requires a (paid )?subscription|upgrade for access|unlock this model by upgrading",
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
        r"(malformed|invalid|missing) bearer token|bearer token (has |is )?(expired|invalid)",
        r"multiple authentication credentials|missing or invalid authorization|signature expired",
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
        " apikeyserviceblocked modeltermsrequired modelnotopen noaccess subscriptiondisabled"
        " permissionserror modelpermissionblockedorg modelpermissionblockedproject notauthorized"
        " authenticationtypedisabled resourcesuspended subscriptionnotfound missingscope"
        " readonlydisabledsubscription invalidorganization mismatchedorganization ftuformnotfilled",
        r"country, region,? or territory|unsupported countries",
        r"not authorized to (perform|invoke|access)|(^|[:\"] ?)operation not allowed\.?($|\")",
        r"please configure ai gateway|use case details have not been submitted",
        r"blocked at the (organization|project|team) level|not allowed to sample from",
        r"no allowed providers|providers have been ignored|matching your guardrail",
        r"no such organization|should match organization|missing scopes|insufficient permissions",
        r"subscription .{0,60}is disabled|temporarily blocked because|^authorization failed",
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
        " modeloverloaded serviceunavailable unavailable modelnotready nocapacity"
        " modelnotreadyexception serviceunavailableexception",
        r"(model|server|engine|service) is (currently |temporarily )?(overloaded|unavailable)",
        r"loading model|model is (currently |still |being )?load(ing|ed yet)",
        r"^model (is |was |has been )?unloaded|failed to load model(?! vocabulary)",
        r"error loading model|model loading aborted|requires more system memory",
        r"waiting for llama runner to start|not ready for inference|over capacity",
        r"no healthy upstream|capacity temporarily exceeded|(server|system|service) (is )?busy",
        r"(服务|系统|模型)(器)?(繁忙|过载|暂时不可用)",
    ),
    _sign(
        Failure.SERVER_ERROR,
        "modelerrorexception",
        r"model has crashed|^channel error|runner process has (terminated|crashed)|out of memory",
        r"request failed during generation",
    ),
)
