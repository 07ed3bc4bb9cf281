"""English words that do not bend by rule, each line a base and its forms."""

from __future__ import annotations

_ENGLISH = """
man men;woman women;child children;foot feet;tooth teeth;goose geese;mouse mice;louse lice;ox oxen;person persons
knife knives;wife wives;life lives;half halves;leaf leaves;loaf loaves;shelf shelves;self selves;thief thieves
wolf wolves;calf calves;elf elves;scarf scarves;hoof hooves;wharf wharves;sheaf sheaves;dwarf dwarves
analysis analyses;crisis crises;basis bases;thesis theses;hypothesis hypotheses;axis axes;oasis oases
diagnosis diagnoses;emphasis emphases;synthesis syntheses;parenthesis parentheses;paralysis paralyses
neurosis neuroses;prognosis prognoses
criterion criteria;phenomenon phenomena;bacterium bacteria;curriculum curricula;stratum strata;memorandum memoranda
referendum referenda;millennium millennia;stadium stadia;symposium symposia;ovum ova;erratum errata;addendum addenda
nucleus nuclei;stimulus stimuli;cactus cacti;fungus fungi;alumnus alumni;radius radii;syllabus syllabi;focus foci
appendix appendices;index indices;matrix matrices;vertex vertices;codex codices;formula formulae;larva larvae
vertebra vertebrae;antenna antennae;alga algae;nebula nebulae;genus genera;corpus corpora;die dice;penny pence
automaton automata;schema schemata;stigma stigmata;virus viruses;hero heroes;potato potatoes;tomato tomatoes
echo echoes;veto vetoes;embargo embargoes;torpedo torpedoes;quiz quizzes;bus buses busses;gas gases gasses
be am is are was were been being;have has had having;do does did done doing;go goes went gone going
say said;make made;take took taken;come came;see saw seen;know knew known;get got gotten;give gave given;find found
think thought;tell told;become became;show shown;leave left;feel felt;put putting;bring brought;begin began begun
keep kept;hold held;write wrote written;stand stood;hear heard;let letting;mean meant;set setting;meet met;run ran
pay paid;sit sat;speak spoke spoken;lie lay lain lying;lead led;read reading;grow grew grown;lose lost
fall fell fallen
send sent;build built;understand understood;draw drew drawn;break broke broken;spend spent;cut cutting;rise rose risen
drive drove driven;buy bought;wear wore worn;choose chose chosen;seek sought;throw threw thrown;catch caught
deal dealt;win won;forget forgot forgotten;lay laid;sell sold;fight fought;teach taught;eat ate eaten;sing sang sung
strike struck stricken;hang hung;shake shook shaken;ride rode ridden;feed fed;shoot shot;drink drank drunk
hit hitting;arise arose arisen;fly flew flown flies;sleep slept;steal stole stolen;swim swam swum;wake woke woken
freeze froze frozen;hide hid hidden;bite bit bitten;blow blew blown;tear tore torn;swear swore sworn
bear bore borne born;beat beaten
bend bent;bind bound;bleed bled;breed bred;burst bursting;cast casting;cling clung;creep crept;dig dug;dive dove
dream dreamt;flee fled;fling flung;forbid forbade forbidden;forgive forgave forgiven;grind ground;kneel knelt
lean leant
leap leapt;learn learnt;lend lent;light lit;mistake mistook mistaken;overcome overcame;overthrow overthrew overthrown
prove proven;ring rang rung;shed shedding;shine shone;shrink shrank shrunk;shut shutting;sink sank sunk;slide slid
sling slung;smell smelt;spell spelt;spill spilt;spin spun;spit spat;split splitting;spoil spoilt;spread spreading
spring sprang sprung;stick stuck;sting stung;stink stank stunk;stride strode;string strung;strive strove striven
sweep swept;swell swollen;swing swung;undertake undertook undertaken;upset upsetting;weave wove woven;weep wept
wind wound;withdraw withdrew withdrawn;withhold withheld;withstand withstood;wring wrung;burn burnt;dwell dwelt
foresee foresaw foreseen;undergo underwent undergone;undo undid undone;rebuild rebuilt;retake retook retaken
rewrite rewrote rewritten;outdo outdid outdone;mislead misled;misunderstand misunderstood;overtake overtook overtaken
slay slew slain;sow sown;sew sewn;saw sawn;mow mown;sneak snuck;plead pled;shear shorn;tread trod trodden
thrust thrusting;bid bidding bade;bet betting;quit quitting;rid ridding;sink sank sunk;speed sped;wed wedding
knit knitting;hurt hurting
cost costing;ski skis skiing skied;panic panicked panicking;traffic trafficked trafficking;picnic picnicked picnicking
mimic mimicked mimicking;die dies died dying;tie ties tied tying
"""


def irregular_english() -> dict[str, frozenset[str]]:
    """Return, by form, the base words it may come from; a base comes from itself."""
    bases: dict[str, set[str]] = {}
    for line in _ENGLISH.replace("\n", ";").split(";"):
        words = line.split()
        for word in words:
            bases.setdefault(word, set()).add(words[0])
    return {form: frozenset(found) for form, found in bases.items()}
