"""How attractive are the customers to us? Table One of a round."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.words import problem

from ..access import visible_round
from ..heads import head
from ..models import Kind
from ..reading import reading_of
from .table_one import PER_PAGE, TableOne


@allow(Permission.SEE_ACCOUNTS)
def round_attractiveness(request: PersonRequest, pk: int) -> HttpResponse:
    """One page of customers, those with the highest total first."""
    round_ = visible_round(request, pk)
    context = head(round_, request.user, "attractiveness")
    reading = reading_of(round_) if round_.shown_turn else None
    if reading is None or not reading.items[Kind.ATTRACTIVENESS]:
        return render(request, "rounds/matrix_hidden.html", context)
    try:
        table = TableOne(round_, reading)
    except InvalidInput as refusal:
        return render(request, "rounds/matrix_hidden.html", {**context, "problem": problem(refusal.code)})
    page = Paginator(table.order, PER_PAGE).get_page(request.GET.get("page"))
    positions = page.object_list
    page.object_list = list(table.columns(positions))
    context |= {"table": table, "page": page, "rows": list(table.rows(positions))}
    return render(request, "rounds/attractiveness.html", context)
