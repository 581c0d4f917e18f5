"""Words that no text of ours may use: they claim a cause or rank schools and people."""

import re

FORBIDDEN = {
    "en": re.compile(
        r"\b(?:because of|led to|cause[sd]?|impacts?|effects?|thanks to|drives|best|worst|top|bottom"
        r"|rank(?:s|ed|ing)?|failing|outperforms?|weakness(?:es)?|percentile)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(?:a causa de|debido a|provoc[aóo]|causa(?:n|do|ron)?|impactos?|efectos?|gracias a|impulsa"
        r"|mejor(?:es)?|peor(?:es)?|ranking|clasificación|fracas[ao]|supera(?:n)?|debilidad(?:es)?)\b",
        re.IGNORECASE,
    ),
}
