"""Two years of a made-up leadership team's work, through the rules that people use.

From last year's findings come priorities, a charter, a vision, a strategy and learning on Tuesdays; from this
year's come a promise and a second version of the strategy, whose days for comments are running.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta

from ilt.learning.models import Activity
from ilt.learning.rules import hold, save_activity
from ilt.links.rules import Name
from ilt.priorities.models import Priority
from ilt.priorities.rules import put_off, take_up
from ilt.project.demo import words
from ilt.project.demo.story import A_YEAR
from ilt.project.demo.words import Doubt, Said
from ilt.promises.models import Action, Promise
from ilt.promises.rules import add_action, change_promise, end_action, make_promise
from ilt.report.told import told
from ilt.roster.models import Grant, Membership, User
from ilt.roster.queries import holders, staff_of
from ilt.rounds import queries as rounds
from ilt.rounds import rules as writing
from ilt.rounds.models import Document, Objection
from ilt.rounds.spec import Spec
from ilt.schools.models import School
from ilt.shared import clock
from ilt.strategy import rules as strategy
from ilt.strategy.models import Goal, Indicator, Resource
from ilt.strategy.queries import LEADERSHIP
from ilt.team import rules as team
from ilt.throughline.queries import graph_of
from ilt.throughline.rules import STRATEGY, keep_copy
from ilt.throughline.rules import link as link_things
from ilt.vision import rules as vision
from ilt.vision.models import Need

Act = Callable[[], None]
YEAR = A_YEAR.days
TEAMS = ("Grade K-2", "Grade 3-5", "Specialists")
LEVEL, SPREAD = "topic", "agreement"  # which findings about a topic are meant
TUESDAY = 1
MINUTES = 50


class TeamAtWork:
    """The people of one school, and what they do on which day."""

    def __init__(self, school: School, today: date) -> None:
        self.school, self.today = school, today
        self.leader = holders(school, Grant.Role.LEADER)[0]
        self.facilitator = holders(school, Grant.Role.FACILITATOR)[0]
        self.members = [each for each in holders(school, Grant.Role.MEMBER) if each != self.facilitator]
        self.team = [self.leader, self.facilitator, *self.members]
        staff = [row.person for row in staff_of(school) if row.kind == Membership.Kind.TEACHER]
        self.teachers = [person for person in staff if person not in self.team]

    def acts(self) -> Iterator[tuple[date, Act]]:
        for ago, act in (*self._last_year(), *self._this_year()):
            yield self._day(ago), act

    def _last_year(self) -> Iterator[tuple[int, Act]]:
        """The numbers are days before today; results are released about three weeks before day 0."""
        yield YEAR + 18, self.take_up_last_findings
        yield YEAR + 17, self.write_charter
        yield YEAR + 15, lambda: self.say(team.SPEC, words.CHARTER_COMMENTS)
        yield YEAR + 9, lambda: self.ask_for_consent(team.SPEC, words.CHARTER_COMMENTS, 3)
        yield YEAR + 8, lambda: self.consent(team.SPEC, [])
        yield YEAR + 8, lambda: self.adopt(team.SPEC)
        yield YEAR + 6, self.write_vision
        yield YEAR + 1, lambda: self.say(vision.SPEC, words.VISION_COMMENTS)
        yield YEAR - 11, lambda: self.ask_for_consent(vision.SPEC, words.VISION_COMMENTS, 5)
        yield YEAR - 12, lambda: self.object_to(vision.SPEC, words.VISION_DOUBTS)
        yield YEAR - 13, lambda: self.consent(vision.SPEC, self.teachers[:22])
        yield YEAR - 18, lambda: self.adopt(vision.SPEC)
        yield YEAR - 22, self.write_strategy
        yield YEAR - 25, lambda: self.say(STRATEGY, words.STRATEGY_COMMENTS)
        yield YEAR - 34, lambda: self.ask_for_consent(STRATEGY, words.STRATEGY_COMMENTS, 5)
        yield YEAR - 35, lambda: self.object_to(STRATEGY, [words.STRATEGY_DOUBT])
        yield YEAR - 36, lambda: self.consent(STRATEGY, self.teachers[:25])
        yield YEAR - 41, lambda: self.adopt(STRATEGY)
        yield YEAR - 41, lambda: self._keep_copy("As it was adopted")
        for ago, kept in ((313, 60), (285, 50), (257, 50), (229, 30), (201, 50)):
            yield ago, lambda kept=kept: self.note_what_was_kept(kept)  # type: ignore[misc]
        yield 245, lambda: self.note_evidence(words.VISITS_SEEN, words.VISITS_SHOWED)

    def _this_year(self) -> Iterator[tuple[int, Act]]:
        yield 82, self.keep_the_promise
        yield 80, self.plan_this_years_learning
        for ago, kept in ((70, 50), (56, 50), (42, 40), (28, 50), (14, 50)):
            yield ago, lambda kept=kept: self.note_what_was_kept(kept)  # type: ignore[misc]
        yield 30, lambda: self.note_evidence(words.SLIPS, words.SLIPS_SHOWED)
        yield 29, self.look_at_the_need_again
        yield 17, self.take_up_new_findings
        yield 12, self.begin_the_second_version
        yield 7, lambda: self.say(STRATEGY, words.SECOND_COMMENTS)
        yield 3, lambda: self.answer(STRATEGY, words.SECOND_COMMENTS[:1])

    def _day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def _tuesday(self, ago: int) -> date:
        """The Tuesday on that day or before it."""
        day = self._day(ago)
        return day - timedelta(days=(day.weekday() - TUESDAY) % 7)

    # Texts that are written together

    def _document(self, spec: Spec) -> Document:
        return rounds.document_of(self.school, spec.kind)

    def _write(self, spec: Spec, author: User, texts: Mapping[str, str]) -> None:
        for key, text in texts.items():
            writing.save_section(author, spec, self._document(spec), key, text, 0)

    def _open_comments(self, spec: Spec, days: int) -> None:
        writing.open_comments(self.facilitator, spec, self._document(spec), days)

    def _part(self, spec: Spec, key: str) -> str:
        """The strategy's parts belong to its newest goal."""
        return f"goal{self._goals()[-1].id}.{key}" if spec is STRATEGY else key

    def say(self, spec: Spec, comments: Sequence[Said]) -> None:
        for each in comments:
            key = self._part(spec, each.part)
            writing.comment(self.teachers[each.by], spec, self._document(spec), key, each.text)

    def answer(self, spec: Spec, comments: Sequence[Said]) -> None:
        document = self._document(spec)
        fates = {each.text: each for each in comments}
        for remark in rounds.comments_of(document, document.adopted + 1):
            if said := fates.get(remark.text):
                words = {"fate": said.fate, "answer": said.answer}
                writing.answer_comment(self.facilitator, spec, remark, remark.revision, **words)

    def ask_for_consent(self, spec: Spec, comments: Sequence[Said], days: int) -> None:
        self.answer(spec, comments)
        writing.open_round(self.facilitator, spec, self._document(spec), days)

    def object_to(self, spec: Spec, doubts: Sequence[Doubt]) -> None:
        for each in doubts:
            person = self.members[0] if each.by is None else self.teachers[each.by]
            objection = writing.object_to(
                person,
                spec,
                self._document(spec),
                key=self._part(spec, each.part),
                reason=each.reason,
                suggestion=each.suggestion,
                carried=each.by is None,
            )
            writing.answer_objection(self.facilitator, spec, objection, objection.revision, each.answer)
            writing.settle(person, Objection.objects.get(id=objection.id))

    def consent(self, spec: Spec, people: Sequence[User]) -> None:
        for person in {*people, *self.team}:
            writing.consent(person, self._document(spec))

    def adopt(self, spec: Spec) -> None:
        writing.adopt(self.facilitator, spec, self._document(spec))

    # The first year

    def _take_up(self, topic: str, title: str, owner: User, section: str = LEVEL) -> Priority:
        finding = self._finding(topic, section)
        return take_up(self.facilitator, self.school, finding=finding, title=title, owner=owner)

    def _finding(self, topic: str, section: str) -> str:
        """What the newest results that are open to all say first about a topic."""
        found = next(
            each
            for each in told(self.school, early=False)
            if each.section == section and each.key.endswith(f"/{topic}")
        )
        return f"{found.snapshot_id}:{found.key}"

    def take_up_last_findings(self) -> None:
        self._take_up("time", words.TIME, self.leader)
        self._take_up("picture", words.PICTURE, self.facilitator)
        voice = self._take_up("voice", words.VOICE, self.members[0], SPREAD)
        put_off(self.facilitator, voice, voice.revision, words.VOICE_WAITS)
        self._promise("time", words.TEAMS_MEET, self.leader, self._day(75))

    def _promise(self, topic: str, will: str, owner: User, due: date, section: str = LEVEL) -> None:
        finding = self._finding(topic, section)
        make_promise(self.facilitator, self.school, finding=finding, will=will, owner=owner, due=due)

    def write_charter(self) -> None:
        self._write(team.SPEC, self.facilitator, words.CHARTER)
        teams = {row.person_id: row.team for row in staff_of(self.school)}
        for person in self.team:
            speaks_with = teams[person.id]
            team.save_seat(
                self.facilitator,
                self.school,
                None,
                0,
                person=person,
                brings=words.SEATS[speaks_with],
                team=speaks_with,
                until=self._day(-150),
            )
        for topic, mode, who in words.RIGHTS:
            team.save_right(self.facilitator, self.school, None, 0, topic=topic, mode=mode, who=who)
        self._open_comments(team.SPEC, 7)

    def write_vision(self) -> None:
        author = self.members[1]
        for text, seen in words.SEEN.items():
            vision.save_need(
                author, self.school, None, 0, text=text, evidence=seen, evidence_on=self._day(YEAR + 8)
            )
        self._write(vision.SPEC, author, words.VISION)
        self._open_comments(vision.SPEC, 14)

    def write_strategy(self) -> None:
        goal = self._add_goal(words.DISCUSSION, words.PICTURE, self.members[1], self._day(-150))
        self._write_goal(goal, words.DISCUSSION_TEXTS)
        mine = {f"commitment.{key}": text for key, text in words.COMMITMENT.items()}
        self._write(STRATEGY, self.leader, mine)
        self._add_resource("time", words.TEAM_TIME, minutes=200)
        self._add_resource("money", words.SUBSTITUTES, amount="$1,200")
        for reach, text, ago in (
            ("short", words.VISITS_SEEN, 250),
            ("middle", words.SLIPS, 31),
            ("long", words.PICTURE_TOPIC, -150),
        ):
            self._plan_evidence(goal, reach, text, self._day(ago))
        self._add_handoff(goal, "Grade 3-5", words.WHAT_STUDENTS_SAID, self._day(190), self.members[2])
        self._plan(words.WATCH, self._tuesday(313), minutes=60, setting="faculty")
        for ago in (285, 257, 229, 201):
            self._plan(words.PLAN_TOGETHER, self._tuesday(ago))
        self._link_first_things(goal)
        self._open_comments(STRATEGY, 10)

    def _add_goal(self, title: str, priority: str, owner: User, review_on: date) -> Goal:
        return strategy.save_goal(
            self.facilitator,
            self.school,
            None,
            0,
            title=title,
            owner=owner,
            teams=TEAMS,
            review_on=review_on,
            priority=Priority.objects.get(school=self.school, title=priority),
        )

    def _write_goal(self, goal: Goal, texts: Mapping[str, str]) -> None:
        self._write(STRATEGY, self.members[1], {f"goal{goal.id}.{key}": text for key, text in texts.items()})

    def _add_resource(self, kind: str, title: str, minutes: int | None = None, amount: str = "") -> None:
        strategy.save_resource(
            self.facilitator, self.school, None, 0, kind=kind, title=title, minutes=minutes, amount=amount
        )

    def _plan_evidence(self, goal: Goal, reach: str, text: str, due_on: date) -> None:
        strategy.save_indicator(self.members[1], goal, None, 0, reach=reach, text=text, due_on=due_on)

    def _add_handoff(self, goal: Goal, from_team: str, what: str, on: date, person: User | None) -> None:
        strategy.save_handoff(
            self.facilitator,
            goal,
            None,
            0,
            from_team=from_team,
            to_team=LEADERSHIP,
            what=what,
            on=on,
            person=person,
        )

    def _link_first_things(self, goal: Goal) -> None:
        needs = {need.text: ("need", str(need.id)) for need in Need.objects.filter(school=self.school)}
        students, teachers = ("element", "students"), ("element", "teachers")
        self._link(needs[words.EXPLAIN], students)
        self._link(needs[words.EXPLAIN], teachers)
        self._link(needs[words.TALK_FIRST], students)
        for element in (students, teachers):
            self._link(element, ("goal", str(goal.id)))

    def _link(self, here: Name, there: Name) -> None:
        link_things(self.facilitator, self.school, graph_of(self.school), here, there)

    def _keep_copy(self, title: str) -> None:
        keep_copy(self.facilitator, self.school, title)

    # Learning on the calendar

    def _goals(self) -> list[Goal]:
        return list(Goal.objects.filter(school=self.school).order_by("id"))

    def _resource(self, title: str) -> str:
        return str(Resource.objects.get(school=self.school, title=title).id)

    def _plan(
        self,
        title: str,
        on: date,
        *,
        setting: str = "team",
        minutes: int = MINUTES,
        teams: Sequence[str] = TEAMS,
        uses: str = words.TEAM_TIME,
        cover: int = 0,
    ) -> Activity:
        return save_activity(
            self.members[1],
            self.school,
            None,
            0,
            title=title,
            setting=setting,
            on=on,
            starts=time(8),
            minutes=minutes,
            teams=() if setting == "faculty" else teams,
            everybody=setting == "faculty",
            lead=self.members[1],
            cover_needed=cover,
            cover_arranged=cover,
            goals=[str(self._goals()[-1].id)],
            resources=[self._resource(uses)],
        )

    def note_what_was_kept(self, kept: int) -> None:
        planned = Activity.objects.filter(school=self.school, state=Activity.State.PLANNED)
        first = planned.filter(on__lte=clock.today(self.school.zone)).earliest("on")
        hold(self.members[1], first, first.revision, kept=kept)

    def note_evidence(self, text: str, showed: str) -> None:
        indicator = Indicator.objects.get(goal__school=self.school, text=text)
        today = clock.today(self.school.zone)
        strategy.mark_shown(self.members[1], indicator, indicator.revision, shown_on=today, showed=showed)

    # The second year

    def keep_the_promise(self) -> None:
        promise = Promise.objects.get(school=self.school)
        change_promise(
            self.leader,
            promise,
            promise.revision,
            will=promise.will,
            owner=promise.owner,
            due=promise.due,
            state=Promise.State.DONE,
            did=words.TEAMS_MET,
        )

    def plan_this_years_learning(self) -> None:
        slips, topic = (
            ("evidence", str(Indicator.objects.get(goal__school=self.school, text=text).id))
            for text in (words.SLIPS, words.PICTURE_TOPIC)
        )
        for ago in (70, 56, 42, 28, 14):
            planned = self._plan(words.PLAN_TOGETHER, self._tuesday(ago))
            self._link(("activity", str(planned.id)), slips if ago > 31 else topic)
        for ago in (-7, -21, -35, -49):  # the next Tuesday, and every second one after it
            looked_at = self._plan(words.LOOK_TOGETHER, self._tuesday(ago))
            self._link(("activity", str(looked_at.id)), topic)
        self._plan(words.VISIT, self._tuesday(-14), setting="visit", uses=words.SUBSTITUTES, cover=3)
        done = self._act(words.MOVES_PAGE, self.members[2], 60)
        end_action(self.members[2], done)
        self._act(words.BOOK_COVER, self.leader, -6)

    def _act(self, title: str, owner: User, ago: int, source: str = "") -> Action:
        return add_action(
            self.facilitator,
            self.school,
            title=title,
            owner=owner,
            due=self._day(ago),
            source=source or f"goal:{self._goals()[0].id}",
        )

    def look_at_the_need_again(self) -> None:
        need = Need.objects.get(school=self.school, text=words.EXPLAIN)
        today = clock.today(self.school.zone)
        vision.save_need(
            self.members[1],
            self.school,
            need,
            need.revision,
            text=need.text,
            evidence=words.SEEN_AGAIN,
            evidence_on=today,
        )

    def take_up_new_findings(self) -> None:
        self._take_up("strategy", words.ONE_STRATEGY, self.facilitator)
        self._promise("voice", words.SAY_WHO_DECIDES, self.facilitator, self._day(-40), SPREAD)
        self._act(words.POST_RIGHTS, self.members[0], -4, "charter:")
        self._act(words.ASK_COPY, self.teachers[4], 2)

    def begin_the_second_version(self) -> None:
        writing.new_version(self.facilitator, self._document(STRATEGY))
        goal = self._add_goal(words.ONE_SENTENCE, words.ONE_STRATEGY, self.facilitator, self._day(-120))
        self._write_goal(goal, words.ONE_SENTENCE_TEXTS)
        self._plan_evidence(goal, "short", words.SENTENCE_SEEN, self._day(-45))
        self._plan(words.READ_TOGETHER, self._tuesday(-28), teams=TEAMS[:2])
        self._add_handoff(goal, "Specialists", words.CARRY_SENTENCES, self._day(-30), None)
        self._link(("element", "content"), ("goal", str(goal.id)))
        self._open_comments(STRATEGY, 16)
