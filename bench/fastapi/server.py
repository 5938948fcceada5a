"""The task API with FastAPI and SQLModel on asyncpg: two workers with four database connections each."""

import os
import uuid
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel
from pydantic import Field as Constraint
from sqlalchemy import DateTime, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlmodel import Field, SQLModel, desc, select

PAGE = 20
PRIORITIES = ["none", "low", "medium", "high"]
SECRET = os.environ["BETTER_AUTH_SECRET"]
URL = os.environ["DATABASE_URL"].replace("postgres://", "postgresql+asyncpg://")
engine = create_async_engine(URL, pool_size=4, max_overflow=0)


def instant(**options):
    return Field(sa_type=DateTime(timezone=True), **options)


class Task(SQLModel, table=True):
    user_id: str = Field(primary_key=True)
    id: uuid.UUID = Field(primary_key=True)
    title: str
    description: str | None
    completed_at: datetime | None = instant(default=None)
    priority: int = Field(sa_type=SmallInteger, default=0)
    due_at: datetime | None = instant(default=None)
    tags: list[str] = Field(sa_type=JSONB)
    created_at: datetime = instant()
    updated_at: datetime = instant()
    folded_title: str
    folded_description: str | None
    deleted_at: datetime | None = instant(default=None)


class NewTask(BaseModel):
    title: str = Constraint(min_length=1, max_length=255)
    description: str | None = Constraint(default=None, max_length=10_000)
    tags: list[str] = Constraint(default=[], max_length=20)


class TaskResponse(BaseModel):
    id: uuid.UUID
    user_id: str
    title: str
    description: str | None
    completed: bool
    completed_at: datetime | None
    priority: str
    due_at: datetime | None
    tags: list[str]
    created_at: datetime
    updated_at: datetime


class TaskPage(BaseModel):
    items: list[TaskResponse]
    next_cursor: str | None


def response(task: Task) -> TaskResponse:
    fields = task.model_dump(exclude={"priority", "folded_title", "folded_description"})
    return TaskResponse(**fields, completed=task.completed_at is not None, priority=PRIORITIES[task.priority])


async def session():
    async with AsyncSession(engine, expire_on_commit=False) as opened:
        yield opened


def user(request: Request) -> str:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        return jwt.decode(token, SECRET, algorithms=["HS256"], options={"require": ["exp", "sub"]})["sub"]
    except jwt.PyJWTError:
        raise HTTPException(401) from None


@asynccontextmanager
async def lifespan(_):
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)
Session = Annotated[AsyncSession, Depends(session)]
User = Annotated[str, Depends(user)]


@app.get("/api/tasks")
async def list_tasks(user: User, session: Session) -> TaskPage:
    own = select(Task).where(Task.user_id == user, Task.deleted_at.is_(None))
    statement = own.order_by(desc(Task.created_at), desc(Task.id)).limit(PAGE + 1)
    tasks = (await session.execute(statement)).scalars().all()
    last = tasks[PAGE - 1] if len(tasks) > PAGE else None
    return TaskPage(
        items=[response(task) for task in tasks[:PAGE]],
        next_cursor=last and f"{last.created_at.isoformat()}_{last.id}",
    )


@app.get("/api/tasks/{task_id}")
async def get_task(task_id: uuid.UUID, user: User, session: Session) -> TaskResponse:
    task = await session.get(Task, (user, task_id))
    if task is None or task.deleted_at is not None:
        raise HTTPException(404)
    return response(task)


@app.post("/api/tasks", status_code=201)
async def create_task(body: NewTask, user: User, session: Session) -> TaskResponse:
    now, description = datetime.now(timezone.utc), body.description
    task = Task(
        user_id=user, id=uuid.uuid4(), title=body.title, description=description, tags=body.tags, created_at=now,
        updated_at=now, folded_title=body.title.lower(), folded_description=description and description.lower(),
    )
    session.add(task)
    await session.commit()
    return response(task)
