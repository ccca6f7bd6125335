"""An invented admission to practise on, with its right answers: `python -m bench.admission FOLDER`.

    admission = make(Path("practice"), applicants=40, seed=1)
    admission.inbox, admission.sheet, admission.trust_list, admission.answers

It writes what an admission office has on a day in June: what applicants handed in, in every shape that
occurs, the list of applicants, the trust list with its status lists, the official levels, the rules. Nobody
and nothing in it exists. The answers follow from how each thing was made: the verifier is never asked.
"""

from bench.admission.answers import Answer, Answers, ItemAnswer
from bench.admission.making import Admission, make

__all__ = ["Admission", "Answer", "Answers", "ItemAnswer", "make"]
