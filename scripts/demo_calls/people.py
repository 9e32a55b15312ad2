"""The people of the demo: our own team and the names that customers go by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rep:
    """A user of our organization; `team` says which calls they make."""

    first: str
    last: str
    team: str

    @property
    def name(self) -> str:
        """First and last name as Close shows it."""
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        """Work address at the invented vendor."""
        return f"{self.first.lower()}@tidewheel.example"


REPS: tuple[Rep, ...] = (
    Rep("Priya", "Raman", "bdr"),
    Rep("Connor", "Walsh", "bdr"),
    Rep("Tessa", "Okafor", "bdr"),
    Rep("Marcus", "Bell", "ae"),
    Rep("Ingrid", "Solberg", "ae"),
    Rep("Danny", "Vasquez", "ae"),
    Rep("Naomi", "Feldman", "ae"),
    Rep("Lucia", "Ferrante", "success"),
    Rep("Hal", "Whitcomb", "success"),
    Rep("Bao", "Nguyen", "support"),
    Rep("Shanice", "Grant", "support"),
    Rep("Graham", "Petrie", "manager"),
)
TEAMS: tuple[str, ...] = ("bdr", "ae", "success", "support")
"""The teams that make calls."""

FORMER_REP = Rep("Kyle", "Brandvold", "bdr")
"""Left the company: their calls remain, but only `inactive_memberships` lists them."""

FIRST_NAMES: tuple[str, ...] = tuple(
    "Dale Rhonda Hector Yolanda Pete Carla Amir Denise Walt Monique Gus Tricia Ravi Joanne Earl "
    "Silvia Brent Keisha Otis Pam Luis Annette Ken Fatima Rick Bernice Stan Mei Todd Lorraine "
    "Javier Gail Vince Patrice Darnell Noreen Chuck Anita Boris Sheila Wade Carmen Leon Judy "
    "Omar Kathleen Russ Elena Terry Vivian Hank Rosa Curtis Beth Manny Colleen Floyd Nadia Ned "
    "Ximena Art Sandra Felix Doreen Greg Latoya Roy Ines Clint Paula Andre Wanda Milo Irene "
    "Trent Marisol Duane Kim Cesar Holly".split()
)
WOMEN: tuple[str, ...] = tuple(
    "Rhonda Yolanda Carla Denise Monique Tricia Joanne Silvia Keisha Pam Annette Fatima Bernice "
    "Lorraine Gail Patrice Noreen Anita Sheila Carmen Judy Kathleen Elena Vivian Rosa Beth Colleen "
    "Nadia Ximena Sandra Doreen Latoya Ines Paula Wanda Irene Marisol Holly".split()
)
"""First names for the colleague in the office, whom the scenes speak of as a woman."""

FAMILY_NAMES: tuple[str, ...] = tuple(
    "Pruitt Delgado Kowalski Haynes Brannigan Osei Lindqvist Tran Mancuso Whitfield Abernathy "
    "Castellano Dufresne Eklund Farrow Gutierrez Hollis Ibarra Jankowski Keller Lombardi McCready "
    "Novak Ortega Pappas Quigley Rosario Stahl Thibodeaux Underwood Vargas Wendell Yates Zielinski "
    "Barlow Chavez Dressler Espinoza Fitch Grady Hutchins Ingram Jessup Kessler Lachance Moreno "
    "Neely Okonkwo Pickett Ruiz Sorensen Tillman Ulrich Vance Wozniak Yarbrough Bautista Crowley "
    "Dietz Everett Fontaine Goff Hathaway Imhof Joyner Kimura Larkin Mabry".split()
)
PLACES: tuple[tuple[str, str, str], ...] = (
    ("Cedar Bluff", "Knoxville", "865"), ("Mesa Verde", "Tucson", "520"),
    ("Harbor", "Tacoma", "253"), ("Blue Ridge", "Roanoke", "540"), ("Lakeshore", "Toledo", "419"),
    ("Piedmont", "Greensboro", "336"), ("Front Range", "Fort Collins", "970"),
    ("Bayou", "Lafayette", "337"), ("Prairie", "Wichita", "316"), ("Capitol", "Albany", "518"),
    ("Granite State", "Manchester", "603"), ("Sandhill", "Macon", "478"),
    ("Three Rivers", "Pittsburgh", "412"), ("High Desert", "Reno", "775"),
    ("Gulf Breeze", "Pensacola", "850"), ("Ozark", "Springfield", "417"),
    ("Tidewater", "Norfolk", "757"), ("Sunbelt", "Mesa", "480"), ("Northfork", "Duluth", "218"),
    ("Hill Country", "Kerrville", "830"), ("Chesapeake", "Annapolis", "410"),
    ("Cascade", "Bend", "541"), ("Palmetto", "Columbia", "803"), ("Bluegrass", "Lexington", "859"),
)  # fmt: skip
"""Name of a place as a company carries it, the city it is in, and its area code."""

BUYERS: tuple[str, ...] = (
    "Owner", "Owner", "Owner", "Co-owner", "Operations Manager", "General Manager",
    "Service Manager", "Vice President",
)  # fmt: skip
"""Titles of the main contact, who can say yes."""

OTHERS: tuple[str, ...] = (
    "Office Manager", "Dispatcher", "Purchasing Manager", "Bookkeeper", "Field Supervisor",
    "Controller",
)  # fmt: skip
"""Titles of further contacts."""
