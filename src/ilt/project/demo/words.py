"""What people of the made-up school wrote, in two years of work. Who wrote it when stands in `plan`."""

from dataclasses import dataclass

# The charter

CHARTER = {
    "purpose": "We learn together how instruction gets better here, and we make room for others to do so.",
    "norms": "We begin and end on time.\n"
    "We speak from what we saw.\n"
    "Everybody speaks once before anybody speaks twice.\n"
    "We say what we do not know.\n"
    "What is said about people stays here.",
    "pattern": "Every second Thursday, 3:15 to 4:30, in the library. All staff may sit in.",
}
SEATS = {  # what the principal brings, and what a teacher of each team does
    "": "Knows the budget and the district's plans",
    "Grade K-2": "Knows our families well",
    "Grade 3-5": "Mentors new colleagues",
    "Specialists": "Sees all grades, every week",
}
RIGHTS = (
    ("Vision and strategy", "consent", "faculty"),
    ("What teams learn in their team time", "consent", "teams"),
    ("Schedule of team time", "consult", "leader"),
    ("Money for peer visits", "consent", "ilt"),
)


@dataclass(frozen=True)
class Said:
    """A comment on a part of a text, and what became of it. `by` counts the teachers off the team."""

    by: int
    part: str
    text: str
    fate: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Doubt:
    """An objection in a consent round. Without `by`, a teacher on the team handed it in unnamed."""

    part: str
    reason: str
    suggestion: str
    answer: str
    by: int | None = None


CHARTER_COMMENTS = (
    Said(3, "pattern", "Can the notes be out the next day? I read them on Fridays.", "taken"),
    Said(
        8,
        "rights",
        "Who decides about homework? It is not on the list.",
        "parked",
        "It is on our list for the spring. Tell us what else is missing.",
    ),
)

# The vision

EXPLAIN = "Students need to explain how they think, in words that others can follow."
TALK_FIRST = "Students who are learning English need turns to talk before they write."
SEEN = {
    EXPLAIN: "In 21 of 30 exit slips the answer was right and the explanation was empty.",
    TALK_FIRST: "In eight visits, they spoke twice in a lesson, or not at all.",
}
SEEN_AGAIN = "In 13 of 30 exit slips the answer was right and the explanation was empty."
VISION = {
    "students": "Students explain how they think, in pairs first. They ask each other **“How do you know?”** "
    "and change their minds when a reason is better.",
    "teachers": "Teachers ask a question that can be answered in more than one way. They wait. They ask for "
    "reasons, whether the answer is right or wrong.",
    "content": "Every week there is one task worth talking about: it can be solved in two ways, and one line "
    "is not enough for an answer.",
    "fit": "Grade 4, fractions. The task: which is more, three of four or five of eight? Students write a "
    "first thought, then talk in pairs. The teacher hears two pairs that disagree, and asks both to explain. "
    "The class tries both ways on paper. At the end each student writes what changed in their mind.",
    "signs": "- More students than adults speak in ten minutes.\n"
    "- Reasons are on the board, not only answers.\n"
    "- Somebody changes their mind, and says so.",
    "not_meant": "It does not mean that nobody works quietly. It is not a checklist for visits.",
    "scope": "Mathematics and reading, all grades.",
    "examples": "The number talks in grade 1. The book circle in grade 5.",
    "authors": "The leadership team, with comments from the whole faculty.",
}
VISION_COMMENTS = (
    Said(
        2,
        "students",
        "Some of my students speak little in front of others. “In pairs first” should stand here.",
        "taken",
        "It stands there now. Thank you.",
    ),
    Said(
        5,
        "content",
        "Every week is a lot in the first grades. Why not every month?",
        "in_part",
        "We keep “every week”, and say that a short task counts.",
    ),
    Said(
        9,
        "signs",
        "Please add: the board shows student work.",
        "not_taken",
        "We want three signs that all of us can remember. Reasons on the board come close to it.",
    ),
    Said(
        12,
        "scope",
        "¿También en educación física?",
        "parked",
        "Primero matemáticas y lectura. Lo vemos de nuevo en un año.",
    ),
)
VISION_DOUBTS = (
    Doubt(
        "signs",
        "I am afraid that a visitor counts how often I speak.",
        "Say that signs are never used to judge a teacher.",
        "Agreed. Visits are for learning, and notes of visits stay with the teacher who was visited. Our "
        "charter says so too from now on.",
    ),
    Doubt(
        "content",
        "The new textbook has few tasks like this.",
        "Collect such tasks in one place before we begin.",
        "Each team brings three tasks to its first meeting. They go into the shared binder.",
        by=6,
    ),
)

# The strategy

DISCUSSION = "We learn to lead discussions in which students explain their thinking"
DISCUSSION_TEXTS = {
    "learn": "To plan one question worth discussing. To ask for reasons and wait. To let students answer "
    "each other.",
    "who": "All three teams, the principal, and the coach.",
    "where": "Team time on Tuesdays. One peer visit each term. Two faculty meetings.",
    "coordination": "First we try a question in team time. Then each of us tries it in class. Then we visit. "
    "What a team learned goes to the leadership team, and from there to everybody.",
    "time": "Fifty minutes every second Tuesday. It comes from the data meetings, which stop.",
    "people": "The coach plans the first two meetings with each team.",
    "money": "Substitutes for the visits, from the improvement budget.",
    "support": "Nobody is graded in a visit. The first discussion may go wrong; we talk about that too.",
    "leaders": "come to team time and try the questions in a class themselves",
    "teams": "plan a discussion together every month and look at what students said",
    "teachers": "ask for reasons and wait for them",
    "students": "explain to one another how they think",
    "stops": "The monthly data binder. Teams write half a page per unit instead.",
}
COMMITMENT = {
    "learn": "to ask a question and then be quiet",
    "with": "the Grade 3-5 team",
    "time": "Tuesdays, 8:00 to 8:50. No calls.",
}
TEAM_TIME, SUBSTITUTES = "Team time on Tuesdays", "Substitutes for peer visits"
VISITS_SEEN = "Notes of peer visits: teachers ask for reasons"
VISITS_SHOWED = (
    "In 17 of 24 visits a teacher asked for a reason at least twice. In 9 the class waited for it."
)
SLIPS = "Exit slips with an explanation, 30 from each team"
SLIPS_SHOWED = "52 of 90 explain a step. Most of the others name the rule only."
PICTURE_TOPIC = "The survey's topic “Shared picture of instruction”"
WHAT_STUDENTS_SAID = "What students said in the discussions, on two pages"
STRATEGY_COMMENTS = (
    Said(
        4,
        "learn",
        "“Wait” is the hardest part for me. Can we practice it with each other first?",
        "taken",
        "Yes. The first team time is for that.",
    ),
    Said(
        7,
        "stops",
        "Is the data binder really gone? Last time it came back.",
        "taken",
        "It is gone. The principal's commitment protects the time.",
    ),
)
STRATEGY_DOUBT = Doubt(
    "where",
    "A visit each term means a substitute in my class twice a year.",
    "Let two classes learn together during a visit.",
    "Each pair of teachers may choose that. Then no substitute is needed.",
    by=10,
)
PLAN_TOGETHER, LOOK_TOGETHER = "Plan a discussion together", "Look at what students said"
WATCH, VISIT = "Watch a discussion on video and try the first moves", "Visit a discussion of a colleague"

# What was taken up, promised, done

TIME = "Time for teams in the school day"
PICTURE = "What good discussion looks like to all of us"
VOICE = "How decisions are made, and who is heard"
VOICE_WAITS = "First we make time to talk at all. We look at this again after the next survey."
ONE_STRATEGY = "A strategy that each of us can say in one sentence"
TEAMS_MEET = "From next school year on, every team meets in school hours, every second week."
TEAMS_MET = (
    "The new schedule has it: Tuesdays, 8:00 to 8:50. Specialists teach the first lesson on those days."
)
SAY_WHO_DECIDES = (
    "Before each decision, our notes say who decides and how. After it, they say what became of comments."
)
MOVES_PAGE, BOOK_COVER = (
    "Put the discussion moves on one page",
    "Tell the substitutes what the visits are for",
)
ASK_COPY, POST_RIGHTS = (
    "Ask the district for the textbook's tasks in Spanish",
    "Hang the list of who decides in the lounge",
)

# The second version of the strategy, which is in the making

ONE_SENTENCE = "We learn to say our strategy in one sentence and to use it when we plan"
ONE_SENTENCE_TEXTS = {
    "learn": "To say in one sentence what we learn this year and why. To open a plan with it.",
    "who": "All three teams.",
    "where": "Team time, and the next faculty meeting.",
    "leaders": "begin each meeting with the sentence",
    "teams": "check one plan a month against it",
}
SENTENCE_SEEN = "Plans of the teams: the sentence stands at the top"
READ_TOGETHER = "Write our strategy in one sentence"
CARRY_SENTENCES = "The sentence of each team"
SECOND_COMMENTS = (
    Said(
        1,
        "learn",
        "I like this. Could the sentence hang in every room?",
        "taken",
        "Yes, in English and in Spanish.",
    ),
    Said(6, "where", "The faculty meeting is always full. Can something leave it?"),
    Said(11, "who", "The specialists are split over two buildings. How do we take part?"),
)
