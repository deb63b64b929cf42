"""By what a failure is known, whatever the status of the answer that tells it: one table.

Names (codes, types, statuses, reasons) and words of providers; the first sign that is seen counts.
The answers that it was made for are rows of tests/unit/llm/server/provider_answer.py, each with
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
    named = (sign.failure for name in folded for sign in SIGNS if name in sign.names)
    told = (sign.failure for sign in SIGNS if sign.words.search(words))
    return next(named, None) or next(told, None)


def _sign(failure: Failure, names: str, *words: str) -> Sign:
    pattern = re.compile("|".join(words) if words else r"(?!)", re.IGNORECASE)
    return Sign(failure, frozenset(names.split()), pattern)


SIGNS: tuple[Sign, ...] = (
    _sign(
        Failure.CONTENT_POLICY,
        "contentpolicyviolation contentfilter invalidprompt responsibleaipolicyviolation"
        " datainspectionfailed moderationblocked prohibitedcontent",
        r"content management policy",
        r"ContentPolicyViolation",
        r"(input|prompt|request) (was|has been|is) flagged",
        r"flagged for \"",
        r"as a result of our safety system",
        r"inappropriate content",
    ),
    _sign(
        Failure.NO_SUCH_MODEL,
        "modelnotfound deploymentnotfound modelnotavailable invalidmodel modeldecommissioned",
    ),
    _sign(Failure.OUTPUT_INVALID, "jsonvalidatefailed toolusefailed outputparsefailed"),
    _sign(Failure.FLEX_UNAVAILABLE, "resourceunavailable"),
    _sign(
        Failure.RATE_LIMITED,
        "ratelimitexceeded ratelimiterror resourceexhausted slowdown"
        " throttling throttlingexception throttled toomanyrequests",
        r"rate limit (is |was |has been )?(reached|exceeded)|too many requests|rate-limited",
    ),
    _sign(
        Failure.NO_MONEY,
        "insufficientquota billinghardlimitreached paymentrequired creditbalanceexhausted"
        " creditbalancetoolow billingerror billingnotactive insufficientcredits insufficientbalance"
        " budgetexceeded exceededcurrentquotaerror exceededcurrentquota arrearage"
        " insufficientuserquota billingdisabled quotaexceeded accountoverdueerror",
        r"credit balance is (too low|exhausted)",
        r"insufficient (credits?|balance|funds|quota)",
        r"(requires|need|purchase|add) more credits",
        r"can only afford",
        r"(run out|out) of credits",
        r"budget has been exceeded|exceeded ?budget|crossed budget|over budget",
        r"billing (hard limit|(details|account|is)? ?not active)",
        r"exceeded your (current quota|monthly (spending )?limit)",
        r"overdue payment|in good standing|in arrears",
        r"余额不足|欠费",
    ),
    _sign(
        Failure.KEY_REFUSED,
        "invalidapikey apikeyinvalid authenticationerror invalidauthentication unauthenticated"
        " invalidtoken tokenexpired tokennotfoundindb expiredkey incorrectapikey"
        " invalidclienttokenid unrecognizedclientexception missingauthenticationtoken"
        " invalidauthenticationerror",
        r"api[ -]?key (is )?(not valid|invalid|expired|not found|missing|disabled|required)",
        r"(invalid|incorrect|missing|expired|unknown|revoked|no)"
        r" (x-)?(api|access|subscription|authentication|auth)[ -]?(key|token|credentials)",
        r"invalid authentication",
        r"didn.t provide an api key",
        r"(security )?token included in the request is (invalid|expired)",
        r"authentication (failed|fails|error)",
    ),
    _sign(
        Failure.NO_ACCESS,
        "unsupportedcountryregionterritory permissionerror permissiondenied accessdenied"
        " accessdeniedexception servicedisabled accountdeactivated organizationrestricted"
        " consumersuspended consumerinvalid ipaddressblocked apikeyipaddressblocked"
        " apikeyserviceblocked",
        r"country, region,? or territory",
        r"(location|region|country) is not supported",
        r"not (yet )?(available|supported) in your (country|region|location)",
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
    ),
    _sign(
        Failure.OVERLOADED,
        "overloadederror serverisoverloaded engineoverloaded engineoverloadederror unavailableerror"
        " modeloverloaded serviceunavailable unavailable modelnotready",
        r"(model|server|engine|service) is (currently |temporarily )?(overloaded|unavailable)",
        r"loading model|model is (currently |still )?loading",
        r"no healthy upstream",
    ),
)
MODEL_WORDS = re.compile(
    r"models?\b[^.]{0,120}?(not found|(does not|doesn.t|not) exist|is not available"
    r"|is not supported|decommissioned|not loaded|is unknown)"
    r"|(unknown|invalid|no such) model\b|no models? (is )?loaded|no endpoints found for"
    r"|not a valid model|unable to access model"
    r"|deployment for this resource does not exist|^model: ",
    re.IGNORECASE,
)
ADDRESS_WORDS = re.compile(
    r"invalid url|method not allowed|http request (was sent )?to an? https|unknown request url"
    r"|cannot post /|no route matched|unsupported http method",
    re.IGNORECASE,
)
