"""Codes of the rounds and of the methods behind them as sentences."""

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "round_stage": _("This round is “%(stage)s” now; that is not possible any more. Look at it again."),
    "round_not_ready": _("Before it can open, the round needs accounts, criteria and raters."),
    "round_frozen": _("This round is frozen. Nothing of it can be changed."),
    "round_frozen_by": _("%(who)s froze this round already, at %(at)s. It is as they froze it."),
    "round_not_revealed": _("The scores of this round are not revealed."),
    "round_nothing_scored": _("Nobody has scored anything yet."),
    "round_answered": _("A customer has answered in this round already. It cannot be discarded."),
    "round_has_scores": _("“%(name)s” has scores already and stays in the round."),
    "round_too_many": _("At most %(most)s accounts fit into one round."),
    "score_off_scale": _("“%(value)s” is not a score. Scores are whole numbers from 1 to 10."),
    "score_unknown_place": _("This account or criterion is not in the round any more. Nothing was saved for it."),
    "not_a_rater": _("You do not score in this round any more; the scores that you gave are kept."),
    "score_other_turn": _(
        "This score belongs to the first round, which is over. Score the cell again if it still stands."
    ),
    "note_alone": _("Evidence is kept beside a score. Give a score too."),
    "score_twice": _("This account and criterion stand in the file twice; the first row counts."),
    "score_account_unknown": _("“%(account)s” is no account of this round."),
    "score_criterion_unknown": _("“%(criterion)s” is no criterion of this round."),
    "score_criterion_of_two_kinds": _("Two criteria are called “%(criterion)s”. Write the kind behind it in brackets."),
    "score_supplier_unknown": _("“%(supplier)s” is not compared with us at this account, or not on this criterion."),
    "scores_too_many": _("At most %(most)s scores can be read from one file. Nothing was read; split the file."),
    "no_criterion_column": _("The file has no column for the criterion. Its columns are: %(columns)s."),
    "no_score_column": _("The file has no column for the score. Its columns are: %(columns)s."),
    "agreement_no_rater": _("Nobody has scored any of these criteria."),
    "agreement_one_rater": _("Only one rater has scored here. Agreement needs at least two."),
    "agreement_few_accounts": _("Fewer than two accounts were scored by all raters; agreement cannot be measured."),
    "answer_not_for_you": _("Only who runs the round decides whether an answer counts."),
    "customer_merged": _("“%(name)s” was merged into another account; its scores are kept here but not ranked."),
    "customer_no_factors": _("This round has no success factors that the customer could rate. Pick some first."),
    "customer_link_shut": _("This link takes no answer any more."),
    "customer_questions_changed": _(
        "The questions have changed since you opened this page. What you chose is kept: please look at it again."
    ),
    "criterion_empty": _("A criterion needs a name."),
    "criterion_in_rounds": _("Rounds use this criterion; it was retired and stays where it is used."),
    "criterion_retired": _("“%(name)s” was retired meanwhile. Look at the library again."),
    "criterion_twice": _("The library has “%(name)s” already."),
    "floor_off_scale": _("A floor is a whole number from 1 to 10."),
    "round_no_criteria": _("There is nothing to weigh: the round has no criteria of this kind."),
    "weights_other_criteria": _("The criteria of the round have changed. Nothing was saved; weigh them anew."),
    "weights_taken": _("%(who)s changed these weights meanwhile. Yours were not saved; look at theirs first."),
    "weight_missing": _("“%(name)s” has nothing yet. Missing is not zero: enter 0 if it shall not count."),
    "weight_off_scale": _("“%(value)s” is not a number from %(lowest)s to %(highest)s (%(name)s)."),
    "weights_all_zero": _("All weights are zero. Give at least one criterion more than that."),
    "weight_negative": _("A weight is not negative."),
    "weights_input_missing": _("The numbers of this method are missing."),
    "weights_input_of_another_method": _("These numbers belong to another method."),
    "repeated_name": _("“%(name)s” stands there twice."),
    "rank": _("%(rank)s is no rank among %(items)s criteria."),
    "rank_rule": _("“%(rule)s” is no way to turn ranks into weights."),
    "too_few_items": _("There are too few criteria for this."),
    "too_few_raters": _("There are too few raters for this."),
    "ragged": _("There are %(length)s numbers where %(expected)s belong."),
    "not_finite": _("This is not a number that can be reckoned with."),
    "judgements_incomplete": _("%(judgements)s of %(expected)s pairs are compared. Compare the others too."),
    "judgement": _("A comparison goes from 9 times as important down to a ninth."),
    "comparison": _("A comparison goes from 1, equally important, to 9."),
    "pairwise_too_many": _(
        "%(items)s criteria make too many pairs. Comparing works up to %(limit)s; give points or ranks instead."
    ),
    "pairwise_not_square": _("Every criterion must be compared with every other one."),
    "pairwise_not_reciprocal": _("If A is 3 times as important as B, then B is a third of A. Two numbers disagree."),
    "best_missing": _("Choose the most important criterion; compared with itself it is 1."),
    "worst_missing": _("Choose the least important criterion; compared with itself it is 1."),
    "best_is_worst": _("The most and the least important criterion cannot be the same one."),
    "best_to_worst_differs": _(
        "The most important against the least stands there twice, as %(best_to_worst)s and as %(worst_to_best)s."
    ),
    "beyond_best_to_worst": _("%(comparison)s is more than the best against the worst, %(limit)s. Nothing can be."),
    "anchors_not_monotone": _("The anchors must rise from 1 to 10, or fall."),
    "inconsistent": _(
        "The comparisons contradict each other: consistency ratio %(ratio)s, and below %(limit)s is wanted. "
        "Look again at those that surprise you, or give points instead."
    ),
    "rater_inconsistent": _("One person's comparisons contradict each other: consistency ratio %(ratio)s."),
    "item_without_weight": _("At least one criterion has no weight: it will not count."),
    "single_item": _("A single criterion has all the weight."),
    "equal_weights": _("All weigh the same. Is nothing more important than the rest?"),
    "many_nearly_equal_weights": _(
        "%(items)s criteria weigh nearly the same: that makes near-ties. Choose 6 to 10, or tell them apart."
    ),
    # the matrix
    "cut_off_scale": _("“%(value)s” is no cut: it is a score from 1 to 10, with two decimals at most."),
    "fixed_cut_needs_value": _("Type the score from which a customer is attractive, 1 to 10."),
    "only_fixed_cut_has_value": _("Only a fixed cut has a score of its own."),
    "rules_taken": _("Somebody changed the rules of this round meanwhile. Nothing was kept; look at theirs first."),
    "scores_and_ratings": _("Give the agreed scores or those of each rater, not both."),
    "nothing_to_place": _("No account is scored yet, so there is nothing to place."),
    "mean_cut_is_relative": _(
        "The cut is the average of the %(accounts)s rated accounts. It is relative: another account moves it, and "
        "with it the class of others."
    ),
    "few_accounts_for_mean_cut": _(
        "Only %(accounts)s rated: with fewer than %(limit)s accounts an average says little. Try the midpoint."
    ),
    "all_identical": _("All accounts are equally attractive, so all of them reach their average."),
    "counts_twice": _(
        "%(names)s: what makes a customer attractive here is partly our own strength there, so it counts on both axes."
    ),
    "no_customer_evidence": _(
        "Strength is what we believe the customers think: none of them was asked. Suppliers tend to rate themselves "
        "too high."
    ),
    "missing_scores": _("%(count)s scored on some factors only: %(names)s. What is missing does not count as zero."),
    "raters_apart": _("Raters are far apart on %(count)s: %(names)s. Talk before you believe their place."),
    "borderline": _(
        "Within five per cent of a border: %(names)s (%(count)s). A point or two would change their class."
    ),
    "strength_rule_decides": _(
        "%(count)s would have another class by the other strength rule, best or average competitor: %(names)s."
    ),
    "no_competitor": _("No competitor is named there, so our strength is unknown."),
    "competitors_unscored": _("No competitor there has a score, so our strength is unknown."),
    "not_scored_ourselves": _("We have no score there ourselves."),
    "unscored_account": _("Its attractiveness has no score."),
    "same_name_twice": _("%(count)s names stand for more than one account: %(names)s."),
    "points_taken": _("Somebody changed these points meanwhile. Yours were not saved; look at theirs first."),
    "points_off_scale": _("“%(value)s” is no number of points (%(name)s). Points go from 0 to 1,000."),
    "target_half": _("A target in the matrix needs both numbers, or neither."),
    "target_strength": _("A strength is a ratio from 0.1 to 10."),
    "competitors_stay": _("Only a facilitator of the round takes competitors out. You can add some."),
    "competitors_too_many": _("At most %(most)s competitors can be compared at one customer."),
    "target_taken": _("Somebody changed this target meanwhile. Yours was not saved; look at theirs first."),
}
STEPS = {"drawing_weights": _("drawing random weights")}
VERBS = {
    "opened": _("opened"),
    "revealed": _("revealed the scores of"),
    "second_round": _("opened the second round of"),
    "locked": _("locked"),
    "unlocked": _("unlocked"),
    "frozen": _("froze"),
    "added_account": _("added an account to"),
    "removed_account": _("took an account out of"),
    "added_person": _("added a person to"),
    "removed_person": _("took a person out of"),
    "customer_link_made": _("made a link for a customer in"),
    "customer_link_revoked": _("revoked a link for a customer in"),
    "customer_answered": _("took a customer's answer into"),
    "retired": _("retired"),
    "restored": _("restored"),
    "reset": _("gave the built-in text back to"),
    "weighed": _("weighed the criteria of"),
}
#: Each kind of criteria, of many.
