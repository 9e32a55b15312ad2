"""Topics: what calls are about, found in them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Response, status
from starlette.responses import StreamingResponse

from api.deps import NowDep, ServicesDep, require_same_origin
from api.exports import EXPORTED, exported
from api.identity import MaybeWho
from api.parameters import refuse_parameters, refusing_repeated
from api.problems import declared
from indexer import cursors
from indexer.topics import ANALYSES, find_topics, forget, keep, moments_of, size_of
from indexer.wire.topic_rows import COLUMNS, rows_of
from indexer.wire.topics import (
    TopicAnalysesOut,
    TopicAnalysisOut,
    TopicExportIn,
    TopicMomentsIn,
    TopicMomentsOut,
    TopicsIn,
)

router = APIRouter(prefix="/topics", tags=["coaching"], responses=declared(401, 422, 503))

_WRITING: Final = [Depends(refuse_parameters), Depends(require_same_origin)]


@router.post(
    "", status_code=status.HTTP_201_CREATED, dependencies=_WRITING, responses=declared(403, 409)
)
def make_topics(
    services: ServicesDep, now: NowDep, who: MaybeWho, body: TopicsIn, response: Response
) -> TopicAnalysisOut:
    """Find topics in the calls that pass a filter, and keep them under an address.

    It takes seconds for hundreds of calls and about a minute for thousands. The same calls and
    seed give the same topics on any machine.
    """
    asked = body.asked()
    found = find_topics(asked, where=body.where.where(now=now), store=services.store, now=now)
    kept = keep(found, store=services.store, by=who, at=now)
    response.headers["Location"] = f"/v1/topics/{kept.id}"
    return TopicAnalysisOut.of_kept(kept, services.store)


@router.get("", dependencies=[Depends(refuse_parameters)])
def list_topics(services: ServicesDep) -> TopicAnalysesOut:
    """List every analysis that is kept, the newest first."""
    return TopicAnalysesOut.of(ANALYSES.all(services.store))


@router.get("/{analysis_id}", dependencies=[Depends(refuse_parameters)], responses=declared(404))
def show_topics(services: ServicesDep, analysis_id: str) -> TopicAnalysisOut:
    """Show the topics of an analysis as they were found."""
    return TopicAnalysisOut.of_kept(ANALYSES.get(services.store, analysis_id), services.store)


@router.delete(
    "/{analysis_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=_WRITING,
    responses=declared(403, 404),
)
def delete_topics(services: ServicesDep, analysis_id: str) -> None:
    """Delete an analysis. No call is touched."""
    forget(analysis_id, services.store)


@router.get(
    "/{analysis_id}/topics/{number}/moments",
    dependencies=[Depends(refusing_repeated(TopicMomentsIn))],
    responses=declared(404),
)
def list_topic_moments(
    services: ServicesDep,
    analysis_id: str,
    number: Annotated[int, Path(ge=1, description="The topic's number.")],
    asked: Annotated[TopicMomentsIn, Query()],
) -> TopicMomentsOut:
    """List the moments of a topic, the nearest to its centre first."""
    known = ANALYSES.get(services.store, analysis_id)
    total = size_of(known, number)
    question = f"{known.id}/{number}"
    skip = cursors.read(asked.cursor, question, types=[int])[0] if asked.cursor else 0
    found = list(
        moments_of(known, number, store=services.store, skip=max(0, skip), limit=asked.limit)
    )
    after = max(0, skip) + asked.limit
    cursor = cursors.write(question, [after]) if after < total else None
    return TopicMomentsOut.of(found, total=total, next_cursor=cursor)


@router.get(
    "/{analysis_id}/export",
    response_class=StreamingResponse,
    dependencies=[Depends(refusing_repeated(TopicExportIn))],
    responses=declared(404) | EXPORTED,
)
def export_topics(
    services: ServicesDep, analysis_id: str, asked: Annotated[TopicExportIn, Query()]
) -> StreamingResponse:
    """Stream the topics, their trends or their moments as rows."""
    known = ANALYSES.get(services.store, analysis_id)
    rows = rows_of(asked.table, known, services.store)
    return exported(rows, COLUMNS[asked.table], asked.form, name=f"topics-{asked.table}")
