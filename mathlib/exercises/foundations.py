"""Exercises of chapter 01."""

import functools
import math

import numpy as np

from mathlib import foundations as fd
from mathlib.course.compare import TO_THE_LAST, values
from mathlib.exercise import (
    Case,
    Exercise,
    Mistake,
    Variant,
    Written,
    call,
    given,
    half_written,
    script,
)
from mathlib.exercises import _foundations_answers as answers

INF = math.inf
LOG_1_2_5 = np.log([1.0, 2.0, 5.0])


def rounded(credit, *rounding):
    """Right answers that round to 4, 3, 2 digits what they return."""
    return [
        Mistake(f"rounded to {digits} digits", answer,
                "What you compute is right, and then you round it. Only the"
                " examples are shown rounded; return the number with all its"
                " digits, and leave rounding to whoever prints it.",
                credit)
        for digits, answer in zip((4, 3, 2), rounding, strict=True)
    ]


def letters(rng, alphabet, count):
    """Some letters, perhaps several times."""
    return "".join(rng.choice(list(alphabet), size=count))


jaccard_similarity = Exercise(
    reference=fd.jaccard_similarity,
    points=2,
    refuses=(
        "scipy.spatial.distance.jaccard",
        "sklearn.metrics.jaccard_score",
    ),
    cases=lambda rng: [
        Case("by hand: the letters of night and nacht",
             call("night", "nacht"), core=True),
        Case("two sets of letters",
             call("x" + letters(rng, "abcdef", 5),
                  "xyz" + letters(rng, "abcdef", 4)), core=True),
        Case("words",
             call(["the", "cat", "sat"], ["the", "dog", "sat", "down"])),
        Case("words with repetitions",
             call(["the", "cat", "and", "the", "dog"],
                  ["the", "the", "the", "cow"])),
        Case("repetitions on the right only",
             call(("a", "b"), ("b", "b", "b", "c"))),
        Case("tuples of numbers", call((1, 2, 3, 4), (3, 4, 5))),
        Case("sets of pairs",
             call(frozenset({(0, 1), (1, 2)}),
                  frozenset({(1, 2), (2, 3), (3, 4)}))),
        Case("the same, in another order",
             call(["b", "a", "a"], ["a", "b"])),
        Case("one inside the other", call("ab", "abcd")),
        Case("nothing in common", call("abc", "xyz")),
        Case("nothing on the left", call((), ("a", "b"))),
        Case("nothing on the right", call(["a"], [])),
        Case("nothing on both sides: 1", call("", "")),
        Case("two empty lists: 1", call([], [])),
    ],
    mistakes=[
        Mistake("repetitions counted", answers.jaccard_with_repetitions,
                "In a set a thing is or is not; it is never in it twice. Make"
                " sets of both before you count.",
                credit=1.0),
        Mistake("multisets", answers.jaccard_of_multisets,
                "A Counter remembers how often; a set does not. The contract"
                " wants sets: \"the the the\" holds one word.",
                credit=1.0),
        Mistake("lengths of the lists", answers.jaccard_sets_over_lengths,
                "You count what is in common without repetitions, but the two"
                " sizes with them. Take len(set(a)), not len(a).",
                credit=1.0),
        Mistake("0/0 for two empty sets", answers.jaccard_zero_by_zero,
                "Two empty sets have an empty union, and you divide by 0. They"
                " are equal, so the contract says 1.",
                credit=1.6),
        Mistake("0 for two empty sets", answers.jaccard_zero_for_nothing,
                "Two empty sets are equal, and equal sets have similarity 1:"
                " that is what the contract says.",
                credit=1.6),
        Mistake("1 where one of them is empty", answers.jaccard_one_if_either,
                "An empty set and another one have nothing in common: 0. Only"
                " where both are empty are they equal.",
                credit=1.4),
        Mistake("union counted twice", answers.jaccard_counted_twice,
                "|A| + |B| counts what is in both twice, so that even equal"
                " sets get only 1/2. Inclusion and exclusion: subtract it"
                " once.",
                credit=0.8),
        Mistake("Dice's coefficient", answers.jaccard_dice,
                "2|A and B| / (|A| + |B|) is Dice's coefficient, a relative:"
                " 0.6 for night and nacht, where Jaccard's is 3/7. Divide by"
                " the size of the union.",
                credit=0.8),
        Mistake("overlap coefficient", answers.jaccard_overlap,
                "Divided by the smaller set, a set inside a larger one gets 1."
                " Jaccard divides by the union.",
                credit=0.6),
        Mistake("share of the first set", answers.jaccard_of_the_first,
                "That is how much of A lies in B, which changes when the two"
                " are exchanged. Divide by the size of the union.",
                credit=0.6),
        Mistake("divided by the larger set", answers.jaccard_by_the_larger,
                "The union also holds what only the smaller set has, so it may"
                " be more than the larger one: divide by len(a | b).",
                credit=0.6),
        Mistake("divided by the longer list", answers.jaccard_by_the_longer,
                "The union holds what either has, once: more than the longer"
                " one where the other adds something, less where it repeats"
                " itself. Take len(set(a) | set(b)).",
                credit=0.6),
        *rounded(1.0, answers.jaccard_to_4_digits,
                 answers.jaccard_to_3_digits,
                 answers.jaccard_to_2_digits),
        Mistake("distance", answers.jaccard_distance,
                "1 - J is the Jaccard distance, 0 for equal sets. The"
                " similarity is asked.",
                credit=0.8),
        Mistake("number in common", answers.jaccard_count_only,
                "That is the number of things in common, which large sets have"
                " more of. Divide it by the size of the union."),
    ],
    variants=[
        Variant("inclusion and exclusion",
                answers.jaccard_by_inclusion_exclusion),
        Variant("dicts", answers.jaccard_by_dicts),
    ],
)


def permuted(rng, names):
    """A one-to-one map of the names onto themselves."""
    order = rng.permutation(len(names))
    return {
        name: names[k] for name, k in zip(names, order, strict=True)
    }


def crowded(rng, count, names):
    """A map of 0, 1, ... onto all names, with more keys than names."""
    ends = [*names, *rng.choice(list(names), size=count - len(names))]
    return {int(k): str(ends[k]) for k in rng.permutation(count)}


F = {1: "a", 2: "b", 3: "a"}


def ask_injective(title, mapping, core=False):
    """A case of the first question."""
    return Case(title, call(mapping).on("is_injective"), core=core)


def ask_surjective(title, mapping, codomain, core=False):
    """A case of the second question."""
    return Case(
        title, call(mapping, codomain).on("is_surjective"), core=core
    )


is_injective = Exercise(
    reference={
        "is_injective": fd.is_injective,
        "is_surjective": fd.is_surjective,
    },
    points=2,
    cases=lambda rng: [
        ask_injective("injective by hand: 1 and 3 go to a", F, core=True),
        ask_surjective("surjective by hand: onto a and b", F, "ab",
                       core=True),
        ask_surjective("surjective by hand: nothing goes to c", F, "abc",
                       core=True),
        ask_injective("injective: a permutation",
                      permuted(rng, "abcdef"), core=True),
        ask_injective("injective: seven keys, four values",
                      crowded(rng, 7, "wxyz")),
        ask_injective("injective: into more than is hit",
                      {1: 10, 2: 20, 3: 30}),
        ask_injective("injective: squares of -2 to 2",
                      {n: n * n for n in range(-2, 3)}),
        ask_injective("injective: equal values next to each other",
                      {"p": 1.5, "q": 1.5}),
        ask_injective("injective: the empty map", {}),
        ask_injective("injective: one key", {"p": "q"}),
        ask_surjective("surjective: a permutation",
                       permuted(rng, "abcdef"), "abcdef"),
        ask_surjective("surjective: seven keys, four values",
                       crowded(rng, 7, "wxyz"), ("w", "x", "y", "z")),
        ask_surjective("surjective: many keys, and one value missed",
                       crowded(rng, 7, "wxyz"), "vwxyz"),
        ask_surjective("surjective: keys are not values",
                       {1: 2, 2: 3}, (1, 2, 3)),
        ask_surjective("surjective: a codomain with repetitions",
                       F, ("b", "a", "b", "b")),
        ask_surjective("surjective: the empty map onto something",
                       {}, "ab"),
        ask_surjective("surjective: the empty map onto nothing", {}, ""),
    ],
    mistakes=[
        Mistake("keys in place of values",
                {"is_injective": answers.injective_by_keys,
                 "is_surjective": answers.surjective_by_keys},
                "The keys of a dict are always different, so they say nothing."
                " Whether two of them go to one place, and which places are"
                " reached, the values say: mapping.values().",
                credit=0.3),
        Mistake("keys in place of values, is_injective only",
                {"is_injective": answers.injective_by_keys},
                "The keys of a dict are always different, so that yours is"
                " always True. Injective means that the values are different:"
                " mapping.values().",
                credit=0.8),
        Mistake("yes and no exchanged",
                {"is_injective": answers.injective_turned_round},
                "You return True where two keys share a value. That is the one"
                " thing that an injective map does not do.",
                credit=0.6),
        Mistake("neighbours only",
                {"is_injective": answers.injective_neighbours_only},
                "You compare each value with the next one. 1 and 3 both go to"
                " a, with b between them: every pair counts.",
                credit=1.2),
        Mistake("empty map not injective",
                {"is_injective": answers.injective_never_empty},
                "The empty map is injective: there are no two keys that could"
                " share a value, and \"for all\" is true of nothing.",
                credit=1.7),
        Mistake("the image for the codomain",
                {"is_surjective": answers.surjective_on_the_image},
                "Every map reaches all of its own image, and every value lies"
                " in the codomain, so that yours is always True. Ask whether"
                " all of the codomain is reached: c is in it, and nothing goes"
                " to c.",
                credit=0.8),
        Mistake("enough keys",
                {"is_surjective": answers.surjective_by_counting},
                "A map onto 3 things needs 3 keys, but 3 keys are not enough:"
                " two of them may go to the same place. Look at the values.",
                credit=1.0),
        Mistake("repetitions in the codomain",
                {"is_surjective": answers.surjective_counts_the_codomain},
                "The codomain is a set: that b is listed three times does not"
                " make it three things. Use set(codomain).",
                credit=1.6),
        Mistake("one key for each value",
                {"is_surjective": answers.surjective_compares_lists},
                "As sorted lists they agree only where each value is hit once,"
                " which is asking for more: surjective means at least once."
                " Compare sets.",
                credit=1.0),
        Mistake("something is reached",
                {"is_surjective": answers.surjective_somewhere},
                "any asks whether something in the codomain is reached. All of"
                " it must be.",
                credit=0.8),
        *half_written(1.0, "is_injective", "is_surjective"),
    ],
    variants=[
        Variant("pair by pair, one by one", {
            "is_injective": answers.injective_pair_by_pair,
            "is_surjective": answers.surjective_one_by_one}),
        Variant("the inverse and the difference", {
            "is_injective": answers.injective_by_inverse,
            "is_surjective": answers.surjective_by_difference}),
        Variant("a loop", {"is_injective": answers.injective_by_loop}),
    ],
)


def functions(rng, *names):
    """A line, or a parabola, for each name, and a number to begin with."""
    chosen = {
        name: given("polynomial", *rng.uniform(0.5, 1.5, size=2 + k % 2))
        for k, name in enumerate(names)
    }
    return {**chosen, "x": float(rng.uniform(1, 2))}


SQUARE = given("polynomial", 0, 0, 1)
ADD_ONE = given("polynomial", 1, 1)


compose = Exercise(
    reference=fd.compose,
    points=2,
    cases=lambda rng: [
        Case("by hand: add one, then square",
             script("compose(f, g)(x)", f=SQUARE, g=ADD_ONE, x=3.0),
             core=True),
        Case("the other order",
             script("compose(g, f)(x)", f=SQUARE, g=ADD_ONE, x=3.0)),
        Case("two functions",
             script("compose(f, g)(x)", **functions(rng, "f", "g")),
             core=True),
        Case("three functions",
             script("compose(f, g, h)(x)", **functions(rng, "f", "g", "h"))),
        Case("five functions",
             script("compose(f, g, f, h, g)(x)",
                    **functions(rng, "f", "g", "h"))),
        Case("one function",
             script("compose(f)(x)", **functions(rng, "f"))),
        Case("no function: the identity",
             script("compose()(x)", x=float(rng.normal()))),
        Case("an array goes through",
             script("compose(f, g)(x)",
                    **{**functions(rng, "f", "g"),
                       "x": rng.normal(size=3)})),
        Case("called again and again",
             script("h = compose(f, g)\n(h(x), h(x), h(h(x)))",
                    **functions(rng, "f", "g"))),
        Case("a chain of chains",
             script("compose(compose(f, g), compose(h, f))(x)",
                    **functions(rng, "f", "g", "h"))),
    ],
    mistakes=[
        Mistake("left to right", answers.compose_left_to_right,
                "compose(f, g)(x) is f(g(x)): the last function meets x first."
                " Yours computes g(f(x)), 10 in place of 16. Go through"
                " reversed(functions).",
                credit=0.8),
        Mistake("two functions only", answers.compose_two,
                "compose takes any number of functions, none and one included:"
                " def compose(*functions).",
                credit=0.6),
        Mistake("x used before there is one", answers.compose_without_x,
                "compose gets functions and no x: that comes later, at"
                " compose(f, g)(x). Put your loop into a function of x inside"
                " compose, and return that function without calling it."),
        Mistake("a number in place of a function",
                answers.compose_to_a_number,
                "You call the functions at once, with a number of your own,"
                " and return what comes out. A function is asked: put your"
                " loop into a function of x inside compose, and return it"
                " without calling it."),
        Mistake("a float in place of a function",
                answers.compose_to_a_float,
                "You call the functions at once, with a number of your own,"
                " and return what comes out. A function is asked: put your"
                " loop into a function of x inside compose, and return it"
                " without calling it."),
        Mistake("functions fed to functions",
                answers.compose_feeding_functions,
                "f(g) hands f a function where it expects a number. g must be"
                " called first: f(g(x)), inside a new function of x that"
                " compose returns."),
        Mistake("the inner function not returned",
                answers.compose_returning_nothing,
                "compose ends without return, so that it gives None, which"
                " can't be called. Add return composed, without brackets,"
                " after the inner function."),
        Mistake("nothing to begin with", answers.compose_by_bare_reduce,
                "functools.reduce stops with an error when there is nothing to"
                " reduce. Give it the identity, lambda x: x, to begin with: it"
                " is to functions what 0 is to sums.",
                credit=1.7),
        Mistake("works only once", answers.compose_once,
                "reversed(...) is an iterator: the first call uses it up, and"
                " at the second there are no functions left. Reverse inside"
                " the function that you return, or store functions[::-1].",
                credit=1.4),
        Mistake("a function that calls itself", answers.compose_late_bound,
                "A lambda looks a name up when it is called, not when it is"
                " written. By then `composed` is the lambda itself, which"
                " calls itself for ever. Loop inside one inner function."),
        Mistake("product of the values", answers.compose_product,
                "f(x) times g(x) is the product of two functions. Composed,"
                " the second gets what the first returns: f(g(x))."),
        Mistake("every function on x", answers.compose_all_on_x,
                "Each of your functions gets x itself. In a chain it gets what"
                " the one before it returned."),
        Mistake("only the first function counts",
                answers.compose_last_only,
                "Each round of your loop begins with x again, so that only the"
                " last call is left of it, f(x). Write x = f(x) in the loop."),
        Mistake("return inside the loop", answers.compose_returns_early,
                "return ends the function, and the loop with it, after its"
                " first round: only the last function is called. Return x"
                " after the loop."),
        Mistake("None where there is no function",
                answers.compose_nothing_to_none,
                "With no function there is nothing to do, and x comes back as"
                " it is. Begin with x, not with None.",
                credit=1.7),
    ],
    variants=[
        Variant("reduce", answers.compose_by_reduce),
        Variant("recursion", answers.compose_by_recursion),
        Variant("a class", answers.compose_by_class),
    ],
)


def terms(rng, first, count):
    """A term that knows ``count`` indices from ``first`` on, no others."""
    return given("listed", first, rng.normal(size=count))


def in_both(title, program, core=False):
    """One case of summation and one of product."""
    return [
        Case(f"{letter} {title}", program.on(name), core=core)
        for letter, name in (("sum:", "summation"), ("product:", "product"))
    ]


summation = Exercise(
    reference={"summation": fd.summation, "product": fd.product},
    points=2,
    cases=lambda rng: [
        Case("sum of the squares of 1 to 4, by hand",
             call(given("polynomial", 0, 0, 1), 1, 4).on("summation"),
             core=True),
        Case("product of 1 to 5, by hand",
             call(given("polynomial", 0, 1), 1, 5).on("product"), core=True),
        *in_both("from 3 to 8", call(terms(rng, 3, 6), 3, 8), core=True),
        *in_both("from 0 to 4", call(terms(rng, 0, 5), 0, 4)),
        *in_both("from -2 to 2", call(terms(rng, -2, 5), -2, 2)),
        *in_both("one term", call(terms(rng, 4, 1), 4, 4)),
        *in_both("a constant term",
                 call(given("polynomial", float(rng.uniform(1, 2))), 2, 6)),
        *in_both("empty: from 1 to 0", call(terms(rng, 0, 3), 1, 0)),
        *in_both("empty: from 5 to 2", call(terms(rng, 0, 9), 5, 2)),
    ],
    mistakes=[
        Mistake("last term dropped",
                {"summation": answers.summation_without_the_last,
                 "product": answers.product_without_the_last},
                "range(start, stop) ends before stop; the upper bound of a sum"
                " belongs to it. 1 + 4 + 9 + 16 is 30, yours stops at 14. Say"
                " range(start, stop + 1).",
                credit=0.5),
        Mistake("start ignored: from 0",
                {"summation": answers.summation_from_zero,
                 "product": answers.product_from_zero},
                "range(stop + 1) begins at 0. The lower bound is start:"
                " range(start, stop + 1).",
                credit=0.4),
        Mistake("start ignored: from 1",
                {"summation": answers.summation_from_one,
                 "product": answers.product_from_one},
                "Many sums begin at 1, but not all: this one begins at start.",
                credit=0.4),
        Mistake("indices in place of terms",
                {"summation": answers.summation_of_indices,
                 "product": answers.product_of_indices},
                "You add and multiply the i themselves. What stands behind the"
                " big letter is the term: call term(i)."),
        Mistake("all indices at once",
                {"summation": answers.summation_of_all_at_once,
                 "product": answers.product_of_all_at_once},
                "Your term gets a whole array of indices. One that looks i up"
                " in a list, or asks whether i > 2, stops with an error then,"
                " and one that always returns 3 is counted once. Give it one i"
                " at a time.",
                credit=0.4),
        Mistake("product begun at 0",
                {"product": answers.product_from_nothing},
                "0 times anything is 0, so your product never gets off the"
                " ground. A product begins at 1, the number that changes"
                " nothing.",
                credit=1.0),
        Mistake("empty product 0", {"product": answers.product_empty_zero},
                "With no factors nothing has changed the 1 that a product"
                " begins with: the empty product is 1, as 0! is.",
                credit=1.6),
        Mistake("first term taken for granted",
                {"summation": answers.summation_from_the_first,
                 "product": answers.product_from_the_first},
                "Where stop is less than start there is no first term. Begin"
                " with 0 for a sum and 1 for a product, and let the loop do"
                " the rest.",
                credit=1.2),
        Mistake("bounds exchanged",
                {"summation": answers.summation_either_way,
                 "product": answers.product_either_way},
                "A sum from 5 to 2 is empty, that is 0; yours turns it round."
                " Only so does the sum from 1 to n, less the one from 1 to"
                " n - 1, leave the last term, at n = 0 too.",
                credit=1.2),
        *half_written(1.0, "summation", "product"),
    ],
    variants=[
        Variant("while", {
            "summation": answers.summation_by_while,
            "product": answers.product_by_while}),
        Variant("a list of terms", {
            "summation": answers.summation_by_list,
            "product": answers.product_by_list}),
        Variant("recursion", {
            "summation": answers.summation_by_recursion,
            "product": answers.product_by_recursion}),
    ],
)


def nearly_alike():
    """As ever, but two answers are one mistake if they are nearly alike.

    So there is one mistake for 0.69, 0.693, 0.6931 and for every rounding.
    """
    exact = values()

    def compare(expected, got, program):
        return exact(expected, got, program)

    compare.same = values(rtol=5e-3, atol=5e-3)
    return compare


ROUNDED = (
    "Right to a few digits: you use ln 2 rounded, or round what comes out."
    " Only the examples are shown rounded. np.log(2) knows all the digits;"
    " return what they give."
)


nats_to_bits = Exercise(
    reference={
        "nats_to_bits": fd.nats_to_bits,
        "bits_to_nats": fd.bits_to_nats,
    },
    points=1,
    compare=nearly_alike(),
    cases=lambda rng: [
        Case("0.5108 nats, by hand", call(0.5108).on("nats_to_bits"),
             core=True),
        Case("one bit, by hand", call(1.0).on("bits_to_nats"), core=True),
        Case("losses in nats",
             call(rng.uniform(0.1, 9, size=4)).on("nats_to_bits"),
             core=True),
        Case("losses in bits",
             call(rng.uniform(0.1, 9, size=4)).on("bits_to_nats"),
             core=True),
        Case("log-probabilities in nats",
             call(-rng.uniform(1, 9, size=(2, 3))).on("nats_to_bits")),
        Case("log-probabilities in bits",
             call(-rng.uniform(1, 9, size=(2, 3))).on("bits_to_nats")),
        Case("no nats", call(0.0).on("nats_to_bits")),
        Case("no bits", call(0.0).on("bits_to_nats")),
    ],
    mistakes=[
        Mistake("multiplied and divided the wrong way",
                {"nats_to_bits": answers.nats_multiplied,
                 "bits_to_nats": answers.bits_divided},
                "A bit is the smaller unit, 0.693 nats, so the same amount has"
                " more bits than nats: 0.51 nats are 0.737 bits, yours 0.354."
                " Divide by ln 2 to get bits.",
                credit=0.3),
        Mistake("nats multiplied",
                {"nats_to_bits": answers.nats_multiplied},
                "A bit is the smaller unit, 0.693 nats, so the same amount has"
                " more bits than nats: 0.51 nats are 0.737 bits, yours 0.354."
                " Divide by ln 2.",
                credit=0.5),
        Mistake("bits divided", {"bits_to_nats": answers.bits_divided},
                "A nat is the larger unit, so the same amount has fewer nats"
                " than bits. Multiply by ln 2 = 0.693.",
                credit=0.5),
        Mistake("another logarithm taken",
                {"nats_to_bits": answers.nats_by_log2,
                 "bits_to_nats": answers.bits_by_log},
                "The value is a logarithm already. To change its base is to"
                " multiply it by a number, not to take a logarithm of it."),
        Mistake("base 10",
                {"nats_to_bits": answers.nats_by_log10,
                 "bits_to_nats": answers.bits_by_log10},
                "The factor is the natural logarithm of 2, 0.693: nats belong"
                " to the base e. log10(2) is 0.301.",
                credit=0.3),
        Mistake("divided by 2",
                {"nats_to_bits": answers.nats_halved,
                 "bits_to_nats": answers.bits_doubled},
                "The base is 2, the factor is its logarithm: ln 2 = 0.693."),
        Mistake("the constant or the result rounded",
                {"nats_to_bits": answers.nats_rounded,
                 "bits_to_nats": answers.bits_rounded}, ROUNDED,
                credit=0.5),
        Mistake("the constant or the result rounded, in nats_to_bits",
                {"nats_to_bits": answers.nats_rounded}, ROUNDED,
                credit=0.7),
        Mistake("the constant or the result rounded, in bits_to_nats",
                {"bits_to_nats": answers.bits_rounded}, ROUNDED,
                credit=0.7),
        *half_written(0.5, "nats_to_bits", "bits_to_nats"),
    ],
    variants=[
        Variant("log2 of e", {
            "nats_to_bits": answers.nats_by_log2_of_e,
            "bits_to_nats": answers.bits_by_log2_of_e}),
        Variant("np.divide and np.multiply", {
            "nats_to_bits": answers.nats_by_exponential,
            "bits_to_nats": answers.bits_by_exponential}),
    ],
)


log_product = Exercise(
    reference=fd.log_product,
    points=2,
    cases=lambda rng: [
        Case("by hand", call([0.5, 0.5, 0.25]), core=True),
        Case("five factors", call(rng.uniform(0.1, 3, size=5)), core=True),
        Case("one factor", call([7.0])),
        Case("2000 factors of 0.5", call(np.full(2000, 0.5)), core=True),
        Case("2000 factors of 3", call(np.full(2000, 3.0))),
        Case("2000 probabilities", call(rng.uniform(size=2000) + 1e-3)),
        Case("tiny factors", call([1e-200, 3e-300, 1e-18])),
        Case("a factor of 1", call([1.0, 1.0, 2.0])),
        Case("a zero factor: -inf", call([0.5, 0.0, 0.25])),
        Case("a zero factor among huge ones", call([1e300, 1e300, 0.0])),
        Case("the empty product", call(np.zeros(0))),
    ],
    mistakes=[
        Mistake("logarithm of the product",
                answers.log_product_of_the_product,
                "The product comes first, and it does not fit in a float:"
                " 0.5^2000 is about 1e-602, which is rounded to 0, and the"
                " logarithm of 0 is -inf. Take the logarithms first and add"
                " them: -1386.29.",
                credit=0.6),
        Mistake("math.log of the product", answers.log_product_by_math,
                "The product comes first, and 0.5^2000 is rounded to 0, for"
                " which math.log has no answer. Take the logarithms first and"
                " add them.",
                credit=0.6),
        Mistake("math.log of a zero", answers.log_product_by_math_log,
                "math.log(0) stops with an error; np.log(0) is -inf, which is"
                " what is asked. Probabilities of 0 do happen.",
                credit=1.5),
        Mistake("base 2", answers.log_product_in_bits,
                "You have taken logarithms to the base 2: the answer in bits."
                " Asked is the natural logarithm, np.log.",
                credit=0.6),
        Mistake("base 10", answers.log_product_in_tens,
                "You have taken logarithms to the base 10. Asked is the"
                " natural logarithm, which NumPy calls log.",
                credit=0.6),
        Mistake("product of the logarithms", answers.log_product_of_logs,
                "The logarithm turns the product into a sum:"
                " log(ab) = log a + log b. Yours multiplies once more."),
        Mistake("mean of the logarithms", answers.log_product_mean,
                "That is the logarithm divided by the number of factors. Sum,"
                " do not average.",
                credit=0.5),
        Mistake("zeros left out", answers.log_product_without_zeros,
                "A zero makes the whole product zero, however large the other"
                " factors are; yours looks away. Its logarithm is -inf.",
                credit=1.4),
        Mistake("crumbs added", answers.log_product_with_crumbs,
                "log(p + 1e-12), and log(max(p, 1e-12)) just as well, is no"
                " longer log p: a zero becomes -27.6, so that what is"
                " impossible is just unlikely, and factors of 1e-200 are"
                " lost.",
                credit=1.2),
        *rounded(1.0, answers.log_product_to_4_digits,
                 answers.log_product_to_3_digits,
                 answers.log_product_to_2_digits),
    ],
    variants=[
        Variant("np.log, then sum", answers.log_product_sum_of_logs),
        Variant("a loop", answers.log_product_by_loop),
        Variant("mantissas and exponents", answers.log_product_by_parts),
    ],
)


geometric_mean = Exercise(
    reference=fd.geometric_mean,
    points=2,
    compare=TO_THE_LAST,
    refuses=(
        "scipy.stats.gmean",
        "scipy.stats.mstats.gmean",
        "scipy.stats.pmean",
        "statistics.geometric_mean",
    ),
    cases=lambda rng: [
        Case("by hand", call([1.0, 4.0, 16.0]), core=True),
        Case("six factors", call(rng.uniform(0.1, 3, size=6)), core=True),
        Case("two factors", call([2.0, 8.0])),
        Case("one factor", call([7.0])),
        Case("equal factors", call([0.3, 0.3, 0.3, 0.3])),
        Case("2000 factors of about 3",
             call(rng.uniform(2.5, 3.5, size=2000))),
        Case("2000 factors of about 0.3",
             call(rng.uniform(0.2, 0.4, size=2000))),
        Case("tiny factors", call([2e-200, 8e-200])),
        Case("a zero", call([3.0, 0.0, 5.0])),
        Case("a zero among huge ones", call([1e200, 0.0, 1e200])),
    ],
    mistakes=[
        Mistake("product first", answers.gmean_of_the_product,
                "The product of 2000 factors of 3 is larger than any float,"
                " and that of 2000 factors of 0.3 is rounded to 0, while the"
                " answer lies among the factors. Average their logarithms and"
                " take the exponential.",
                credit=1.0),
        Mistake("arithmetic mean", answers.gmean_arithmetic,
                "7 is the arithmetic mean of 1, 4 and 16. The geometric one is"
                " the factor that, taken three times, gives their product 64:"
                " it is 4."),
        Mistake("harmonic mean", answers.gmean_harmonic,
                "You have averaged the reciprocals, which is the harmonic"
                " mean. Average the logarithms."),
        Mistake("always the square root", answers.gmean_square_root,
                "The square root is for two factors; for n of them it is the"
                " n-th root, so divide the sum of the logarithms by n.",
                credit=0.5),
        Mistake("root forgotten", answers.gmean_not_divided,
                "That is the product. Its n-th root is asked: divide the sum"
                " of the logarithms by n before the exponential.",
                credit=0.5),
        Mistake("divided after the exponential",
                answers.gmean_divided_too_late,
                "exp undoes the logarithm, so you divide the product by n."
                " To take its n-th root, divide the sum of the logarithms by"
                " n, inside the exponential.",
                credit=0.8),
        Mistake("exponential forgotten", answers.gmean_of_logs,
                "That is the logarithm of the answer: take the exponential of"
                " it.",
                credit=0.8),
        Mistake("zeros left out", answers.gmean_without_zeros,
                "One zero makes the product zero, and the n-th root of 0 is 0."
                " Its logarithm -inf brings that about by itself.",
                credit=1.5),
        Mistake("crumbs added", answers.gmean_with_crumbs,
                "With 1e-12 added to every factor, or every factor lifted to"
                " at least that, a zero no longer makes the mean 0, and"
                " factors near 1e-200 are lost.",
                credit=1.3),
        Mistake("math.log of a zero", answers.gmean_by_math_log,
                "math.log(0) stops with an error. np.log(0) is -inf, and"
                " exp(-inf) is 0, which is the right mean.",
                credit=1.5),
        Mistake("two bases", answers.gmean_by_mixed_bases,
                "Logarithms to the base 2 are undone by powers of 2, np.exp2;"
                " np.exp undoes np.log.",
                credit=1.0),
    ],
    variants=[
        Variant("mean of np.log", answers.gmean_of_mean_log),
        Variant("base 2", answers.gmean_in_bits),
        Variant("root by root", answers.gmean_root_by_root),
    ],
)


def with_nothing(z, *places):
    """Put minus infinity in some places."""
    for place in places:
        z[place] = -INF
    return z


logsumexp = Exercise(
    reference=fd.logsumexp,
    points=4,
    refuses=(
        "mathlib.numerical_methods.log_softmax",
        "numpy.logaddexp",
        "numpy.logaddexp2",
        "scipy.special.log_softmax",
        "scipy.special.logsumexp",
        "torch.Tensor.log_softmax",
        "torch.Tensor.logaddexp",
        "torch.Tensor.logaddexp2",
        "torch.Tensor.logcumsumexp",
        "torch.Tensor.logsumexp",
        "torch.log_softmax",
        "torch.logaddexp",
        "torch.logaddexp2",
        "torch.logcumsumexp",
        "torch.logsumexp",
        "torch.nn.LogSoftmax",
        "torch.nn.functional.log_softmax",
        "torch.special.log_softmax",
        "torch.special.logsumexp",
    ),
    cases=lambda rng: [
        Case("by hand: logarithms of 1, 2 and 5", call(LOG_1_2_5),
             core=True),
        Case("six logits", call(rng.normal(size=6)), core=True),
        Case("one logit", call([-3.0])),
        Case("a batch of rows", call(rng.normal(size=(4, 3)))),
        Case("columns: axis=0", call(rng.normal(size=(3, 3)), axis=0)),
        Case("a middle axis", call(rng.normal(size=(2, 3, 3)), axis=1)),
        Case("an axis of length 1", call(rng.normal(size=(3, 1)))),
        Case("a batch with another axis of length 1",
             call(rng.normal(size=(2, 1, 3)))),
        Case("keepdims", call(rng.normal(size=(3, 3)), keepdims=True)),
        Case("keepdims, columns",
             call(rng.normal(size=(4, 3)), axis=0, keepdims=True)),
        Case("keepdims, one row", call(rng.normal(size=5), keepdims=True)),
        Case("logits near 1000", call(1000 + rng.normal(size=5)), core=True),
        Case("logits near -1000", call(rng.normal(size=5) - 1000)),
        Case("logits near 1000, keepdims",
             call(1000 + rng.normal(size=(2, 3)), keepdims=True)),
        Case("a low row beside a high one",
             call([[0.0, 0.0], [-1000.0, -1000.0]])),
        Case("a low column beside a high one",
             call([[5.0, -1000.0], [4.0, -1001.0]], axis=0)),
        Case("a term that hardly counts", call([0.0, -20.0])),
        Case("-inf among others",
             call(with_nothing(rng.normal(size=4), 0, 2))),
        Case("nothing but -inf", call([-INF, -INF])),
        Case("a row of nothing but -inf",
             call(with_nothing(rng.normal(size=(3, 4)), 1, (2, 0)))),
        Case("a column of nothing but -inf, keepdims",
             call(with_nothing(rng.normal(size=(2, 3)), (0, 1), (1, 1)),
                  axis=0, keepdims=True)),
    ],
    mistakes=[
        Mistake("no maximum taken out", answers.lse_plain,
                "exp(1000) is infinite for a float and exp(-1000) is 0, so the"
                " logarithm comes out as inf or -inf. Take the largest entry m"
                " out of the sum, add it again at the end:"
                " m + log(sum of exp(z - m)).",
                credit=1.5),
        Mistake("no maximum taken out, keepdims ignored",
                answers.lse_plain_without_keepdims,
                "exp(1000) is infinite for a float: take the largest entry m"
                " out of the sum, add it again at the end. And pass keepdims"
                " on, so that the summed axis stays where that is asked.",
                credit=1.2),
        Mistake("no maximum taken out, axis and keepdims ignored",
                answers.lse_plain_along_the_last,
                "exp(1000) is infinite for a float: take the largest entry m"
                " out of the sum, add it again at the end. And pass axis and"
                " keepdims on: yours always adds up the rows.",
                credit=1.0),
        Mistake("nan for a row of -inf", answers.lse_nan_for_nothing,
                "The largest entry of such a row is -inf, and -inf - (-inf) is"
                " nan. Take out 0 in place of a maximum that is not finite."
                " Then log(0) gives -inf by itself.",
                credit=3.2),
        Mistake("one maximum for all rows", answers.lse_one_maximum,
                "You take out the largest entry of the whole array. Beside a"
                " row of zeros a row of -1000 is exp(-1000) = 0 then, and"
                " gives -inf. Take the maximum along axis, with keepdims.",
                credit=2.0),
        Mistake("one maximum for all rows, and nan",
                answers.lse_one_maximum_nan,
                "You take out the largest entry of the whole array: take it"
                " along axis, with keepdims, or a low row beside a high one"
                " gives -inf. And where the maximum itself is -inf, the"
                " difference is nan: take out 0 there.",
                credit=1.8),
        Mistake("maximum not added again", answers.lse_maximum_not_added,
                "log(sum of exp(z - m)) is what you want less m: you took m"
                " out before the sum, so it must be added at the end.",
                credit=1.0),
        Mistake("maximum not squeezed", answers.lse_maximum_not_squeezed,
                "With keepdims the maxima of 4 rows have shape (4, 1), your"
                " logarithms (4,): adding the two gives (4, 4) of them. Keep"
                " the axis in both, and squeeze it away at the end unless"
                " keepdims asks for it.",
                credit=2.0),
        Mistake("maximum not squeezed, and nan",
                answers.lse_maximum_not_squeezed_nan,
                "With keepdims the maxima of 4 rows have shape (4, 1), your"
                " logarithms (4,): adding the two gives (4, 4) of them. Keep"
                " the axis in both, squeeze it away at the end. And a row of"
                " -inf has no finite maximum: take out 0 there.",
                credit=1.5),
        Mistake("maximum without keepdims", answers.lse_without_keepdims,
                "The maxima of 4 rows have shape (4,), and (4, 3) less that"
                " does not fit; a square batch does fit, and each column loses"
                " another row's maximum. Say keepdims=True.",
                credit=1.5),
        Mistake("one sum for everything", answers.lse_of_everything,
                "Your maximum and sum know no axis, so that a whole batch"
                " becomes one number. Each row has its own: pass axis to"
                " both.",
                credit=1.2),
        Mistake("one sum for everything, no maximum taken out",
                answers.lse_of_everything_plain,
                "Your sum knows no axis, so that a whole batch becomes one"
                " number: pass axis to it. And exp(1000) is infinite for a"
                " float: take the largest entry of each row out first.",
                credit=0.8),
        Mistake("squeezed everywhere", answers.lse_squeezed_everywhere,
                "np.squeeze without axis takes away every axis of length 1,"
                " also one of the batch. Say np.squeeze(result, axis=axis).",
                credit=3.5),
        Mistake("axis ignored", answers.lse_last_axis_only,
                "With axis=0 the sums run down the columns; yours still run"
                " along the rows. Pass axis on to the maximum and to the sum.",
                credit=2.5),
        Mistake("keepdims ignored", answers.lse_keepdims_ignored,
                "With keepdims=True the summed axis stays, with length 1, so"
                " that the result can be subtracted from z.",
                credit=3.0),
        Mistake("keepdims always", answers.lse_keepdims_always,
                "Four rows have four sums, of shape (4,); yours keeps the"
                " summed axis, (4, 1), also where keepdims does not ask for"
                " it. Squeeze it away.",
                credit=2.0),
        Mistake("sum of the logarithms", answers.lse_sum_of_logs,
                "The sum of logarithms is the logarithm of a product. Here the"
                " numbers themselves, exp(z), are added: log(1 + 2 + 5), not"
                " log(1 * 2 * 5)."),
        Mistake("crumbs added", answers.lse_with_crumbs,
                "The 1e-9 inside the logarithm keeps it from -inf, which is"
                " just what a row of impossible things must give; and it"
                " shifts all other results a little, too. With the maximum"
                " taken out, the sum is at least 1 and needs no help.",
                credit=2.5),
        *rounded(2.0, answers.lse_to_4_digits,
                 answers.lse_to_3_digits,
                 answers.lse_to_2_digits),
    ],
    variants=[
        Variant("a finite maximum", answers.lse_with_finite_maximum),
        Variant("term by term", answers.lse_term_by_term),
        Variant("row by row", answers.lse_row_by_row),
    ],
)


softmax = Exercise(
    reference=fd.softmax,
    points=3,
    refuses=(
        "mathlib.numerical_methods.log_softmax",
        "scipy.special.log_softmax",
        "scipy.special.softmax",
        "sklearn.utils.extmath.softmax",
        "torch.Tensor.log_softmax",
        "torch.Tensor.softmax",
        "torch.log_softmax",
        "torch.nn.LogSoftmax",
        "torch.nn.Softmax",
        "torch.nn.Softmin",
        "torch.nn.functional.log_softmax",
        "torch.nn.functional.softmax",
        "torch.nn.functional.softmin",
        "torch.softmax",
        "torch.special.log_softmax",
        "torch.special.softmax",
    ),
    cases=lambda rng: [
        Case("by hand: logarithms of 1, 2 and 5", call(LOG_1_2_5),
             core=True),
        Case("six logits", call(rng.normal(size=6)), core=True),
        Case("one logit", call([-3.0])),
        Case("logits that add up to 0", call([2.0, -1.0, -1.0])),
        Case("a batch of rows", call(rng.normal(size=(4, 3)))),
        Case("a square batch", call(rng.normal(size=(3, 3)))),
        Case("columns: axis=0", call(rng.normal(size=(3, 3)), axis=0)),
        Case("a middle axis", call(rng.normal(size=(2, 3, 3)), axis=1)),
        Case("a batch of batches", call(rng.normal(size=(2, 3, 4)))),
        Case("logits near 1000", call(1000 + rng.normal(size=5))),
        Case("logits near -1000", call(rng.normal(size=5) - 1000)),
        Case("logits far apart", call([1000.0, -1000.0, 999.0])),
        Case("a low row beside a high one",
             call([[0.0, 1.0], [-1000.0, -1001.0]])),
        Case("a low column beside a high one",
             call([[5.0, -1000.0], [4.0, -1001.0]], axis=0)),
        Case("-inf: the probability 0",
             call(with_nothing(rng.normal(size=4), 0, 2))),
        Case("nothing but -inf: nan", call([-INF, -INF])),
    ],
    mistakes=[
        Mistake("no maximum taken out", answers.softmax_plain,
                "exp(1000) is infinite for a float, and inf/inf is nan;"
                " exp(-1000) is 0, and 0/0 is nan as well. Subtract the"
                " largest entry of the row first: that changes no probability,"
                " and the largest exponential becomes 1.",
                credit=1.6),
        Mistake("normalised over everything", answers.softmax_of_everything,
                "Each row must add up to 1 by itself; yours adds up to 1 over"
                " the whole array. Give axis to the maximum and to the sum,"
                " and keepdims=True, so that the division fits.",
                credit=1.0),
        Mistake("normalised over everything, no maximum taken out",
                answers.softmax_of_everything_plain,
                "Each row must add up to 1 by itself; yours adds up to 1 over"
                " the whole array: give axis to the sum, and keepdims=True."
                " And exp(1000) is infinite: subtract the largest entry of the"
                " row first.",
                credit=0.6),
        Mistake("axis ignored", answers.softmax_last_axis_only,
                "With axis=0 the columns must add up to 1; yours still makes"
                " the rows do so. Pass axis on to the maximum and to the sum.",
                credit=1.8),
        Mistake("always the first axis", answers.softmax_first_axis,
                "You normalise along axis 0, so that the columns of a batch"
                " add up to 1. The default is the last axis: each row is one"
                " set of logits.",
                credit=1.2),
        Mistake("one maximum for all rows", answers.softmax_one_maximum,
                "You subtract the largest entry of the whole array. Beside a"
                " row of zeros, a row of -1000 is rounded to 0 then, and 0/0"
                " is nan. Each row needs its own maximum, along axis.",
                credit=2.4),
        Mistake("logits divided by their sum",
                answers.softmax_by_sum_of_logits,
                "That turns negative logits into negative shares, and divides"
                " by 0 where they add up to 0. The exponential comes first: it"
                " makes every score positive."),
        Mistake("exponentials divided by the sum of the logits",
                answers.softmax_exp_by_sum_of_logits,
                "Divide by the sum of what stands above the line, the"
                " exponentials; otherwise the result does not add up to 1."),
        Mistake("sum without keepdims", answers.softmax_without_keepdims,
                "The sums of 4 rows have shape (4,), and dividing (4, 3) by"
                " that does not fit. A square batch does fit, and each column"
                " is divided by another row's sum. Say keepdims=True.",
                credit=1.0),
        Mistake("maximum and sum without keepdims",
                answers.softmax_without_any_keepdims,
                "The maxima and the sums of 4 rows have shape (4,), and"
                " neither fits (4, 3); a square batch fits, and mixes up rows"
                " and columns. Say keepdims=True in both.",
                credit=1.0),
        Mistake("not divided", answers.softmax_not_divided,
                "Probabilities add up to 1. Yours are right but for a common"
                " factor: divide by their sum.",
                credit=0.5),
        Mistake("divided by the maximum", answers.softmax_divided_by_maximum,
                "Subtracting m divides every e^z by the same e^m, which"
                " cancels. Dividing z by m changes the distances between the"
                " logits, and with them the probabilities.",
                credit=0.5),
        Mistake("0 where nothing is possible",
                answers.softmax_zero_for_nothing,
                "Where every logit is -inf there is no distribution; zeros do"
                " not add up to 1. The contract wants the nan that SciPy and"
                " PyTorch give, so that somebody notices.",
                credit=2.6),
    ],
    variants=[
        Variant("through logsumexp", answers.softmax_by_logsumexp),
        Variant("row by row", answers.softmax_row_by_row),
        Variant("the axis moved to the front", answers.softmax_turned),
        Variant("single precision", answers.softmax_in_single_precision),
    ],
)


def sizes(rng, count):
    """Different lengths of axes, none of them 1."""
    return tuple(int(n) for n in rng.permutation(np.arange(2, 12))[:count])


def some_shapes(rng):
    """Calls with shapes that fit, by title."""
    b, m, k, n, c = sizes(rng, 5)
    return {
        "two matrices": call((m, k), (k, n)),
        "a matrix and a vector": call((m, k), (k,)),
        "a vector and a matrix": call((k,), (k, n)),
        "two vectors: a number": call((k,), (k,)),
        "as many matrices on both sides": call((b, m, k), (b, k, n)),
        "a batch on the left only": call((b, m, k), (k, n)),
        "a batch on the right only": call((m, k), (b, k, n)),
        "two axes of batches": call((b, c, m, k), (b, c, k, n)),
        "batches that broadcast": call((b, 1, m, k), (c, k, n)),
        "a batch of 1 on the right": call((b, m, k), (1, k, n)),
        "a batch and a vector": call((b, m, k), (k,)),
        "a vector and a batch": call((k,), (b, k, n)),
    }


matmul_shape = Exercise(
    reference=fd.matmul_shape,
    points=3,
    refuses=("numpy.matmul", "torch.Tensor.matmul", "torch.matmul"),
    cases=lambda rng: [
        Case("by hand", call((32, 784), (784, 10)), core=True),
        *(
            Case(title, program, core=title == "two matrices")
            for title, program in some_shapes(rng).items()
        ),
        Case("inner dimension 1", call((4, 1), (1, 5))),
        Case("an inner dimension of 0", call((2, 0), (0, 3))),
        Case("an empty batch", call((0, 2, 3), (1, 3, 4))),
        Case("shapes that no memory holds",
             call((500_000_000, 7), (7, 300_000_000)), core=True),
        Case("ValueError: (2, 3) and (2, 3)", call((2, 3), (2, 3))),
        Case("ValueError: inner dimensions 1 and 3", call((2, 1), (3, 4))),
        Case("ValueError: inner dimensions 3 and 1", call((2, 3), (1, 4))),
        Case("ValueError: vectors of 3 and of 4", call((3,), (4,))),
        Case("ValueError: batches of 2 and of 3",
             call((2, 5, 4), (3, 4, 5))),
        Case("ValueError: a number on the left", call((), (1, 4))),
        Case("ValueError: a number on the right", call((1,), ())),
    ],
    mistakes=[
        Mistake("outer dimensions compared",
                answers.shape_by_outer_dimensions,
                "You compare the first of each. In (2, 3)(3, 4) it is the"
                " inner two that meet, the last of the left shape and the last"
                " but one of the right; the outer two remain, (2, 4)."),
        Mistake("batch forgotten", answers.shape_without_batch,
                "The last two axes are multiplied, but those before them do"
                " not vanish: (8, 2, 3) and (8, 3, 4) are 8 products, of shape"
                " (8, 2, 4).",
                credit=1.2),
        Mistake("batch of the left only", answers.shape_batch_of_the_left,
                "The right operand may be the one with the batch: (2, 3) and"
                " (8, 3, 4) give (8, 2, 4). Broadcast the axes before the last"
                " two of both.",
                credit=1.8),
        Mistake("matrices only", answers.shape_for_matrices_only,
                "That is the rule for two matrices. A shape may also have one"
                " axis, or more than two: take the last ones by shape[-1] and"
                " shape[-2].",
                credit=1.0),
        Mistake("places 0 and 1", answers.shape_of_places_0_and_1,
                "That is the rule for two matrices. A vector has no shape[1],"
                " and in a batch the matrices stand last: count from the end,"
                " shape[-1] and shape[-2], and treat vectors by themselves.",
                credit=1.0),
        Mistake("the last two axes only", answers.shape_of_the_last_two,
                "A vector has no shape[-2], and the axes before the last two"
                " do not vanish: (8, 2, 3) and (8, 3, 4) are 8 products, of"
                " shape (8, 2, 4).",
                credit=1.0),
        Mistake("the added axis stays", answers.shape_keeping_the_added_axis,
                "A vector borrows an axis of length 1 for the product and"
                " gives it back: (4, 3) and (3,) give (4,), not (4, 1), and"
                " two vectors give ().",
                credit=2.0),
        Mistake("vectors the wrong way up", answers.shape_of_wrong_promotion,
                "On the left a vector is one row, (1, k); on the right it is"
                " one column, (k, 1). Yours stand the other way, so that their"
                " lengths never meet the matrix.",
                credit=1.5),
        Mistake("inner dimension stretched", answers.shape_stretching_inside,
                "Only batch axes broadcast. Inner dimensions of 1 and 3 do"
                " not fit: there would be two numbers without a partner.",
                credit=2.4),
        Mistake("inner dimensions not compared", answers.shape_unchecked,
                "(2, 3) and (2, 3) have no product. Compare the inner two and"
                " raise ValueError: to say so early is what this function is"
                " for.",
                credit=2.0),
        Mistake("batches must be equal", answers.shape_of_equal_batches,
                "Batch axes need not be equal: one that is 1, or missing, is"
                " stretched. (8, 1, 2, 3) and (5, 3, 4) give (8, 5, 2, 4).",
                credit=2.0),
        Mistake("the larger batch", answers.shape_of_largest_batch,
                "Where one length is 1 the other one counts, and that may be"
                " 0, which is less: an empty batch stays empty.",
                credit=2.6),
        Mistake("numbers not refused", answers.shape_indexing_a_number,
                "The shape () has no last axis, so that shape[-1] stops with"
                " IndexError. Ask for it first, and raise ValueError.",
                credit=2.7),
        Mistake("assert in place of ValueError", answers.shape_by_assertion,
                "assert raises AssertionError, and is for what can't happen:"
                " python -O leaves it out. What a caller may get wrong is a"
                " ValueError: raise it under an if.",
                credit=2.4),
        Mistake("arrays built", answers.shape_by_building,
                "The shape of a product follows from two tuples; yours builds"
                " the arrays, for which memory may not suffice, and leaves the"
                " rule to NumPy.",
                credit=1.0),
    ],
    variants=[
        Variant("axis by axis", answers.shape_by_hand),
        Variant("broadcast_shapes", answers.shape_by_numpys_rules),
        Variant("views of one number", answers.shape_by_a_view),
    ],
)


one_hot = Exercise(
    reference=fd.one_hot,
    points=2,
    refuses=(
        "sklearn.preprocessing.LabelBinarizer",
        "sklearn.preprocessing.OneHotEncoder",
        "sklearn.preprocessing.label_binarize",
        "torch.nn.functional.one_hot",
    ),
    cases=lambda rng: [
        Case("by hand", call(np.array([2, 0]), 4), core=True),
        Case("six labels", call(rng.integers(0, 5, size=6), 5), core=True),
        Case("all classes, in order", call(np.arange(3), 3)),
        Case("the last classes do not occur",
             call(rng.integers(0, 3, size=4), 7)),
        Case("one class", call(np.array([0, 0]), 1)),
        Case("a matrix of labels", call(rng.integers(0, 4, size=(2, 3)), 4)),
        Case("a batch of batches",
             call(rng.integers(0, 3, size=(2, 1, 2)), 3)),
        Case("a single label", call(np.array(1), 3)),
        Case("no labels", call(np.zeros(0, dtype=int), 3)),
        Case("ValueError: label 3 of 3 classes", call(np.array([0, 3]), 3)),
        Case("ValueError: label 7 of 3 classes", call(np.array([7, 0]), 3)),
        Case("ValueError: label -1", call(np.array([-1, 1]), 3)),
    ],
    mistakes=[
        Mistake("classes counted from the labels",
                answers.one_hot_as_many_as_seen,
                "A batch need not contain the last class: labels [2, 0] of 4"
                " classes have rows of length 4, yours of length 3, and the"
                " next batch another. Use num_classes.",
                credit=0.8),
        Mistake("shape flattened", answers.one_hot_flat,
                "Labels of shape (2, 3) become (2, 3, num_classes); yours has"
                " one long list of 6 rows. Add the new axis at the end and"
                " leave the others alone.",
                credit=1.3),
        Mistake("vectors of labels only", answers.one_hot_filled_in,
                "hot[np.arange(n), labels] = 1 fits for a vector of labels. A"
                " matrix of them has more rows than len says, and a single"
                " label has no len. Compare labels[..., None] with"
                " np.arange(num_classes).",
                credit=1.3),
        Mistake("vectors of labels only, not checked",
                answers.one_hot_filled_in_unchecked,
                "hot[np.arange(n), labels] = 1 fits for a vector of labels"
                " only: compare labels[..., None] with np.arange(num_classes)."
                " And NumPy takes label -1 for the last class: look first, and"
                " raise ValueError.",
                credit=0.8),
        Mistake("a row for each label only",
                answers.one_hot_as_many_rows_as_labels,
                "One row for each label fits for a vector of them. Labels of"
                " shape (2, 3) become (2, 3, num_classes), a single one"
                " becomes (num_classes,). Compare labels[..., None] with"
                " np.arange(num_classes).",
                credit=1.3),
        Mistake("a loop over the rows only", answers.one_hot_row_by_row,
                "Your loop takes each element of labels for a number; of a"
                " matrix it is a row, and a single label can't be looped over."
                " Compare labels[..., None] with np.arange(num_classes).",
                credit=1.3),
        Mistake("a loop over the rows only, not checked",
                answers.one_hot_row_by_row_unchecked,
                "Your loop takes each element of labels for a number; of a"
                " matrix it is a row: compare labels[..., None] with"
                " np.arange(num_classes). And NumPy takes label -1 for the"
                " last class: look first, and raise ValueError.",
                credit=0.8),
        Mistake("assert in place of ValueError",
                answers.one_hot_by_assertion,
                "assert raises AssertionError, and is for what can't happen:"
                " python -O leaves it out. What a caller may get wrong is a"
                " ValueError: raise it under an if.",
                credit=1.5),
        Mistake("classes along the rows", answers.one_hot_transposed,
                "Each label has its row, and the classes stand side by side in"
                " the last axis: 2 labels of 4 classes have shape (2, 4),"
                " yours (4, 2).",
                credit=0.8),
        Mistake("labels counted from 1", answers.one_hot_from_one,
                "Labels begin at 0: label 0 has its 1 in the first place, and"
                " in yours it has none.",
                credit=0.6),
        Mistake("labels not checked", answers.one_hot_unchecked,
                "NumPy counts negative places from the end, so that label -1"
                " silently becomes the last class, and a label that is too"
                " large raises IndexError. Look first, and raise ValueError.",
                credit=1.4),
        Mistake("wrong labels become rows of zeros", answers.one_hot_silent,
                "A label outside the classes equals none of them, and its row"
                " is all zeros: nobody will notice. Look first, and raise"
                " ValueError.",
                credit=1.4),
        Mistake("negative labels accepted", answers.one_hot_too_high_only,
                "A label of -1 must raise ValueError, too: np.eye(3)[-1] is"
                " the last class.",
                credit=1.7),
        Mistake("one label too many accepted",
                answers.one_hot_one_too_many,
                "Counted from 0, the last of 3 classes is 2, so label 3 is"
                " outside: ask for labels >= num_classes.",
                credit=1.7),
    ],
    variants=[
        Variant("rows of the identity", answers.one_hot_by_identity),
        Variant("a comparison", answers.one_hot_by_comparison),
        Variant("a loop", answers.one_hot_by_loop),
    ],
)


def three(rng, B, m, n):
    """X, A and Y of a bilinear form."""
    return (rng.normal(size=(B, m)), rng.normal(size=(m, n)),
            rng.normal(size=(B, n)))


batched_bilinear = Exercise(
    reference=fd.batched_bilinear,
    points=3,
    refuses=("torch.nn.Bilinear", "torch.nn.functional.bilinear"),
    cases=lambda rng: [
        Case("by hand",
             call([[1.0, 2.0], [0.0, 1.0]], [[1.0, 0.0, 2.0],
                                             [0.0, 3.0, 0.0]],
                  [[1.0, 1.0, 1.0], [2.0, 1.0, 0.0]]), core=True),
        Case("four pairs", call(*three(rng, 4, 3, 2)), core=True),
        Case("one pair", call(*three(rng, 1, 3, 2))),
        Case("everything square", call(*three(rng, 3, 3, 3))),
        Case("as many pairs as columns of A", call(*three(rng, 3, 4, 3))),
        Case("as many pairs as rows of A", call(*three(rng, 4, 4, 3))),
        Case("A of one row", call(*three(rng, 4, 1, 3))),
        Case("A of one column", call(*three(rng, 4, 3, 1))),
        Case("A the identity: dot products of rows",
             call(rng.normal(size=(4, 3)), np.eye(3),
                  rng.normal(size=(4, 3)))),
        Case("A that only looks from left to right",
             call([[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 0.0]],
                  [[0.0, 1.0], [1.0, 0.0]])),
    ],
    mistakes=[
        Mistake("every row with every row", answers.bilinear_whole_matrix,
                "X A Y^T pairs each row of X with each row of Y: 16 numbers"
                " for 4 pairs. Only its diagonal is asked, where b meets b."
                " In index notation b stands on both sides, once.",
                credit=1.5),
        Mistake("summed over b as well",
                answers.bilinear_sum_over_the_batch,
                "The index b stands on the left of the law, so it is not"
                " summed: 4 pairs give 4 numbers. Only i and j are repeated on"
                " the right and missing on the left.",
                credit=1.2),
        Mistake("j not summed", answers.bilinear_not_summed,
                "(X A) * Y has shape (B, n): these are the terms of the sum"
                " over j. Add them up along the last axis.",
                credit=1.5),
        Mistake("summed over b in place of j",
                answers.bilinear_sum_over_rows,
                "axis=0 runs over the pairs b, which must stay; the sum is"
                " over j, the last axis.",
                credit=1.5),
        Mistake("A transposed", answers.bilinear_other_way_round,
                "You let the rows of A meet Y and the columns meet X. In"
                " X_bi A_ij Y_bj the first index of A is that of X. With a"
                " square A nothing warns you.",
                credit=1.2),
        Mistake("the formula for one pair", answers.bilinear_for_columns,
                "x^T A y is for one pair of columns. Here the vectors are the"
                " rows of X and Y, and X.T A Y does not even fit.",
                credit=0.5),
        Mistake("A left out", answers.bilinear_without_a,
                "Those are the dot products of the rows, right only where A is"
                " the identity."),
        Mistake("a letter of its own for Y", answers.bilinear_two_batches,
                "In \"bi,ij,cj->b\" the c is missing on the right, so it is"
                " summed: each row of X meets the sum of all rows of Y. Both"
                " batches are counted by the same b.",
                credit=1.2),
    ],
    variants=[
        Variant("einsum", answers.bilinear_by_einsum),
        Variant("three loops", answers.bilinear_by_loops),
        Variant("pair by pair", answers.bilinear_pair_by_pair),
        Variant("the diagonal of all pairs", answers.bilinear_by_diagonal),
        Variant("single precision", answers.bilinear_in_single_precision),
    ],
)


geometric_sum = Exercise(
    reference=fd.geometric_sum,
    points=2,
    cases=lambda rng: [
        Case("by hand: 1 + 1/2 + 1/4 + 1/8", call(0.5, 4), core=True),
        Case("a discount", call(float(rng.uniform(0.8, 0.98)), 7),
             core=True),
        Case("a large ratio", call(float(rng.uniform(2, 3)), 6)),
        Case("a negative ratio", call(float(rng.uniform(-0.9, -0.5)), 5)),
        Case("ratio 1", call(1.0, 5)),
        Case("ratio 1, no terms", call(1.0, 0)),
        Case("ratio -1, four terms", call(-1.0, 4)),
        Case("ratio -1, five terms", call(-1.0, 5)),
        Case("ratio 0", call(0.0, 3)),
        Case("one term", call(float(rng.uniform(0.2, 0.8)), 1)),
        Case("no terms", call(float(rng.uniform(0.2, 0.8)), 0)),
        Case("so many terms that hardly any is left out",
             call(0.9, 2000)),
        Case("ratio near 1", call(1.001, 100)),
    ],
    mistakes=[
        Mistake("the code as it was", answers.geometric_as_given,
                "Two things are wrong with it. The powers go up to n - 1, so"
                " r^n stands above the line, not r^(n+1); and for r = 1 it"
                " divides 0 by 0, where the sum is n."),
        Mistake("one term too many", answers.geometric_one_term_more,
                "For r = 1/2 and 4 terms yours is 1.9375, with the 1/16 that"
                " would be the fifth. n terms end at r^(n-1), and telescoping"
                " leaves r^n.",
                credit=0.8),
        Mistake("one term too many, but for ratio 1",
                answers.geometric_one_term_more_but_for_one,
                "For r = 1/2 and 4 terms yours is 1.9375, with the 1/16 that"
                " would be the fifth. n terms end at r^(n-1), and telescoping"
                " leaves r^n.",
                credit=1.0),
        Mistake("0/0 for ratio 1", answers.geometric_zero_by_zero,
                "At r = 1 both lines are 0 and the quotient is nothing, but"
                " the sum is easy: n ones, that is n. Treat it by itself.",
                credit=1.2),
        Mistake("1 for ratio 1", answers.geometric_one_for_one,
                "Each term is 1^k = 1, and there are n of them: n, not 1.",
                credit=1.4),
        Mistake("0 for ratio 1", answers.geometric_zero_for_one,
                "Each term is 1^k = 1, and there are n of them: n, not 0. A"
                " tiny number added to the denominator hides the 0/0; it does"
                " not answer it.",
                credit=1.2),
        Mistake("inf for ratio 1", answers.geometric_infinite_for_one,
                "Infinitely many ones have no sum, but n of them do: n.",
                credit=1.4),
        Mistake("the last exponent", answers.geometric_last_exponent,
                "r^(n-1) is the last term of the sum. What telescoping leaves"
                " is the one after it, r^n: with n = 1 the sum is 1, not 0.",
                credit=0.8),
        Mistake("the 1 left out", answers.geometric_without_the_one,
                "You begin at r^1 and end at r^n. The sum begins at r^0, which"
                " is 1, and ends at r^(n-1).",
                credit=0.8),
        Mistake("the sum to infinity", answers.geometric_to_infinity,
                "1/(1 - r) is the sum of all powers, and only for |r| < 1."
                " Here there are n: what lies beyond, r^n/(1 - r), must be"
                " taken off.",
                credit=0.6),
    ],
    variants=[
        Variant("two cases", answers.geometric_by_case),
        Variant("a loop", answers.geometric_by_horner),
        Variant("a sum of powers", answers.geometric_by_powers),
    ],
)


def measured(rng, order, count, noise=0.1):
    """Sizes, and costs that grow about as sizes**order, in any order."""
    n = np.exp(rng.uniform(2, 8, size=count))
    c = np.exp(rng.normal()) * n**order
    return n, c * np.exp(noise * rng.normal(size=count))


empirical_order = Exercise(
    reference=fd.empirical_order,
    points=2,
    compare=values(atol=1e-9),
    refuses=(
        "numpy.ma.polyfit",
        "numpy.polyfit",
        "numpy.polynomial.Polynomial.fit",
        "numpy.polynomial.polynomial.polyfit",
        "scipy.optimize.curve_fit",
        "scipy.stats.linregress",
        "sklearn.linear_model.LinearRegression",
        "statistics.linear_regression",
    ),
    cases=lambda rng: [
        Case("by hand", call([10.0, 100.0, 1000.0], [3e2, 3e4, 3e6]),
             core=True),
        Case("a cubic cost, measured", call(*measured(rng, 3, 6)),
             core=True),
        Case("a linear cost, measured", call(*measured(rng, 1, 12))),
        Case("a root, measured", call(*measured(rng, 0.5, 8, 0.3))),
        Case("a cost that falls, measured", call(*measured(rng, -1, 8))),
        Case("two points", call([2.0, 8.0], [5.0, 320.0])),
        Case("n log n: a little more than 1",
             call([2.0**k for k in range(4, 12)],
                  [k * 2.0**k for k in range(4, 12)])),
        Case("a constant cost", call([1.0, 10.0, 100.0], [7.0, 7.0, 7.0])),
        Case("one size measured three times",
             call([10.0, 10.0, 10.0, 100.0], [1.0, 2.0, 3.0, 50.0])),
    ],
    mistakes=[
        Mistake("raw values", answers.order_of_raw_values,
                "The slope of cost against size is a cost for each piece. A"
                " power c n^k is a line of slope k only when both axes are"
                " logarithmic: fit log(costs) against log(sizes)."),
        Mistake("only the costs logarithmic", answers.order_semilog,
                "With one logarithmic axis exponential growth is a line. For"
                " powers take the logarithm of the sizes, too.",
                credit=0.5),
        Mistake("only the sizes logarithmic", answers.order_log_sizes_only,
                "Take the logarithm of the costs, too: c n^k becomes"
                " log c + k log n, a line in log n of slope k.",
                credit=0.5),
        Mistake("intercept", answers.order_intercept,
                "That is log c, where the line meets the axis: the cost of the"
                " smallest problem. The order is the slope, the factor of"
                " log n.",
                credit=0.8),
        Mistake("slope and intercept", answers.order_intercept_and_slope,
                "You return both numbers of the line. Only the slope is asked:"
                " with columns log n and 1 for np.linalg.lstsq, the first.",
                credit=1.2),
        Mistake("axes exchanged", answers.order_other_way_round,
                "Yours is the slope of log size against log cost, 1/2 for a"
                " quadratic cost. Costs depend on sizes, so they go along the"
                " vertical axis.",
                credit=0.8),
        Mistake("rounded", answers.order_rounded,
                "Orders need not be whole: a root has 1/2, and n log n looks"
                " like 1.2 here. Return the slope as it is.",
                credit=1.2),
        Mistake("first and last point only", answers.order_first_to_last,
                "Two points decide your slope, with all their noise, and the"
                " others nothing. The line of least squares listens to all.",
                credit=0.8),
        Mistake("mean of the slopes between neighbours",
                answers.order_of_neighbours,
                "The slope between two points that lie close is mostly noise,"
                " between two of one size it is nothing, and in the mean it"
                " counts as much as any other. The line of least squares"
                " listens to the far ones more.",
                credit=0.8),
        Mistake("mean of the slopes between neighbours, sorted",
                answers.order_of_sorted_neighbours,
                "The slope between two points that lie close is mostly noise,"
                " between two of one size it is nothing, and in the mean it"
                " counts as much as any other. The line of least squares"
                " listens to the far ones more.",
                credit=0.8),
        Mistake("log cost divided by log size", answers.order_ratio_of_logs,
                "log(c n^k)/log n is k only where c = 1: the factor c moves"
                " the line up, and the quotient with it. Only a slope is free"
                " of it.",
                credit=0.5),
        Mistake("a line through the origin",
                answers.order_through_the_origin,
                "A line through the origin says that a problem of size 1 costs"
                " 1. Subtract the means of both logarithms first, or fit an"
                " intercept as well.",
                credit=0.8),
    ],
    variants=[
        Variant("normal equations, base 10",
                answers.order_by_normal_equations),
        Variant("least squares", answers.order_by_least_squares),
        Variant("covariance, base 2", answers.order_by_covariance),
    ],
)


def nearest(topics, name, *, k=3):
    """Return the k topics that share most of their words with one."""
    words = {
        topic: set(text.lower().split()) for topic, text in topics.items()
    }
    found = [
        (topic, fd.jaccard_similarity(words[name], words[topic]))
        for topic in topics if topic != name
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]


@functools.cache
def help_topics():
    """Python's own help, by topic; a long text ends after 2000 letters."""
    from pydoc_data.topics import topics

    return {name: text[:2000] for name, text in sorted(topics.items())}


def some_topics(rng, count):
    """Help topics in no order, and the name of one of them."""
    texts = help_topics()
    names = [str(name) for name in rng.choice(list(texts), count, False)]
    return {name: texts[name] for name in names}, names[count // 2]


ANIMALS = {
    "cats": "The cat sat",
    "dogs": "the dog sat",
    "sums": "add the terms",
}
TIES = {
    "salt": "one two", "pepper": "two three", "mint": "four two",
    "basil": "two five", "water": "six", "thyme": "two seven",
}
CAPITALS = {
    "shout": "STOP THE BUS", "talk": "stop the tram", "sign": "STOP THERE",
    "whisper": "the bus",
}
# The longest texts share most words; the short ones a larger part of theirs.
LENGTHS = {
    "query": "a b c",
    "long": "a b c d e f g h i j k l m",
    "short": "a b",
    "repeated": "b b b b b b b z z c",
}


nearest_topics = Exercise(
    reference=nearest,
    points=3,
    cases=lambda rng: [
        Case("by hand", call(ANIMALS, "cats"), core=True),
        Case("ten help topics", call(*some_topics(rng, 10)), core=True),
        Case("twenty help topics", call(*some_topics(rng, 20))),
        Case("one of six help topics", call(*some_topics(rng, 6), k=1)),
        Case("five of eight help topics", call(*some_topics(rng, 8), k=5)),
        Case("by hand, k=1", call(ANIMALS, "cats", k=1)),
        Case("capital letters", call(CAPITALS, "shout")),
        Case("long and short texts", call(LENGTHS, "query")),
        Case("equally near: by the alphabet", call(TIES, "salt", k=4)),
        Case("fewer topics than k", call(ANIMALS, "sums", k=5)),
        Case("no other topic", call({"alone": "by myself"}, "alone")),
        Case("texts without words",
             call({"b": "", "c": "word", "a": " "}, "b")),
    ],
    mistakes=[
        Mistake("nearest to itself", answers.topics_with_itself,
                "Every topic is most similar to itself, and that is no news."
                " The k other names are asked.",
                credit=1.5),
        Mistake("the first of all dropped", answers.topics_drop_the_first,
                "You take it that a topic stands first in its own list. Where"
                " another one has the very same words, that one may come"
                " first. Leave out the name, not the place.",
                credit=2.4),
        Mistake("least similar first", answers.topics_least_similar,
                "Jaccard's number is a similarity: the largest is the nearest."
                " sorted goes upwards, so put a minus before it.",
                credit=1.2),
        Mistake("letters in place of words", answers.topics_by_letters,
                "The members of a text are its letters, and all long texts"
                " share those. Make sets of words first:"
                " set(text.lower().split()).",
                credit=1.0),
        Mistake("texts as they are", answers.topics_as_they_are,
                "The members of a text are its letters, and all long texts"
                " share those. Make sets of words first:"
                " set(text.lower().split()).",
                credit=1.0),
        Mistake("capitals kept", answers.topics_with_capitals,
                "\"The\" at the beginning of a sentence is the same word as"
                " \"the\": use text.lower() before split.",
                credit=2.2),
        Mistake("number of shared words", answers.topics_by_shared_words,
                "A long text shares many words with every other. Jaccard"
                " divides by the size of the union, so that short texts have a"
                " chance.",
                credit=1.2),
        Mistake("repetitions counted", answers.topics_with_repetitions,
                "A text repeats its words, a set does not: \"the\" counts"
                " once, however often it stands there. Make sets of words.",
                credit=1.2),
        Mistake("not sorted", answers.topics_not_sorted,
                "Those are k other topics, but not the k nearest. Sort by"
                " similarity before you take the first k.",
                credit=1.0),
        Mistake("always three", answers.topics_always_three,
                "k is an argument; three is only its default.",
                credit=2.0),
        Mistake("all of them", answers.topics_all,
                "Only the first k of the sorted names are asked: [:k].",
                credit=1.5),
        Mistake("ties as they come", answers.topics_ties_as_they_come,
                "Where two topics are equally near, the alphabet decides; with"
                " yours, the order of the dict. Sort by the pair"
                " (-similarity, name).",
                credit=2.4),
        Mistake("ties against the alphabet",
                answers.topics_ties_turned_round,
                "reverse=True turns the names round, too, so that of two"
                " equally near topics the later in the alphabet comes first."
                " Sort by (-similarity, name) instead.",
                credit=2.4),
        Mistake("names only", answers.topics_without_numbers,
                "You return the names alone. How similar they are is asked,"
                " too: pairs (name, similarity).",
                credit=2.0),
        Mistake("pairs the other way round", answers.topics_pairs_turned,
                "The name comes first and the similarity second. To sort by"
                " the similarity, give sorted a key.",
                credit=2.2),
    ],
    variants=[
        Variant("sorted by a key", answers.topics_by_key),
        Variant("one after another", answers.topics_one_after_another),
        Variant("pairs", answers.topics_by_counting),
    ],
)


geometric_series_derivation = Written(
    rubric=[
        (1, r"Question 1: writes $S = 1 + r + \dots + r^{n-1}$ and $rS$ one"
            r" below the other, says that $r, \dots, r^{n-1}$ occur in both"
            r" and cancel, and arrives at $S - rS = 1 - r^n$"),
        (1, r"Question 2: divides by $1 - r$, which needs $r \neq 1$, and says"
            r" that for $r = 1$ the sum is $n$"),
        (1, r"Question 3: induction with a start ($n = 0$ or $n = 1$) and a"
            r" step that adds $r^n$ to the formula for $n$ and arrives at the"
            r" one for $n + 1$"),
        (1, r"Question 4: for $|r| < 1$ the power $r^n$ goes to 0 and the sum"
            r" to $1/(1-r)$; for every other $r$ the terms do not go to 0, so"
            r" the sums cannot settle ($r = 1$ and $r = -1$ are treated)"),
        (1, r"Question 5: divides $(1-\gamma^n)/(1-\gamma)$ by $1/(1-\gamma)$"
            r" and gets the share $1 - \gamma^n$; half of it at"
            r" $n = \ln 0.5/\ln 0.99 \approx 68.97$, that is 69 steps"),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_ARRAYS = "a check passes arrays; the cast is for callers with lists"
EQUIVALENT = {
    "logsumexp": {
        "m = np.where(np.isfinite(m), m, 0.0) =>"
        " m = np.where(np.isfinite(m), m, 1.0)":
            "any finite number will do: exp(-inf) is 0 all the same",
    },
    "matmul_shape": {
        "batch = np.broadcast_shapes(shape_a[:-2], shape_b[:-2]) =>"
        " batch = np.broadcast_shapes(shape_b[:-2], shape_a[:-2])":
            "broadcasting does not mind the order",
    },
    "one_hot": {
        "labels = np.asarray(labels) => pass": _ARRAYS,
        "labels = np.asarray(labels) => labels = labels": _ARRAYS,
        "return (labels[..., None] == np.arange(num_classes)).astype(float)"
        " => return (labels[..., None] == np.arange(num_classes))":
            "True counts as 1, and the contract leaves the dtype open",
    },
    "nearest_topics": {
        "(other, fd.jaccard_similarity(words[name], words[other])) =>"
        " (other, fd.jaccard_similarity(words[other], words[name]))":
            "the similarity is the same both ways",
    },
}
