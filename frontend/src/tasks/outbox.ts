// New tasks on their way. One that could not be added is kept, over a reload too, until it is added or let go.
import type { QueryClient } from "@tanstack/react-query";
import { createTask, type Task } from "@/client";
import { as } from "@/lib/api";
import { draftKey, dropDraft, readDraft, writeDraft } from "@/lib/drafts";
import { failureOf, type Failure } from "@/lib/problem";
import { Subscribable } from "@/lib/subscribable";
import type { Unfinished } from "@/session/pending-work";
import { inputOf, type Draft } from "./task-draft";
import { readAgain } from "./refetch-queue";

/** `failure` is null while it is being sent. */
export type Unsent = { id: string; draft: Draft; failure: Failure | null };

export function isUnsent(outcome: Task | Unsent): outcome is Unsent {
  return "draft" in outcome;
}

type Kept = { id: string; draft: Draft };

const interrupted: Failure = { status: 0, detail: "The page was left before the service answered.", fields: {} };

export class Outbox extends Subscribable {
  #unsent: readonly Unsent[];
  readonly #key: string;
  readonly #queries: QueryClient;
  readonly #userId: string;
  readonly #unfinished: Unfinished;

  constructor(queries: QueryClient, userId: string, unfinished: Unfinished) {
    super();
    this.#queries = queries;
    this.#userId = userId;
    this.#unfinished = unfinished;
    this.#key = draftKey(userId, "unsent");
    this.#unsent = (readDraft<Kept[]>(this.#key) ?? []).map((kept) => ({ ...kept, failure: interrupted }));
  }

  get unsent(): readonly Unsent[] {
    return this.#unsent;
  }

  /** Answers the task when the lists have been read anew, or what is still unsent. */
  send(draft: Draft): Promise<Task | Unsent> {
    return this.#send({ id: crypto.getRandomValues(new Uint32Array(2)).join("-"), draft, failure: null });
  }

  sendAgain({ id, draft }: Unsent): Promise<Task | Unsent> {
    return this.#send({ id, draft, failure: null });
  }

  /** What is lost if it is left. */
  get word(): string | null {
    const titles = this.#unsent.filter(({ failure }) => failure).map(({ draft }) => `“${draft.title}”`);
    return titles.length > 0 ? `Not added: ${titles.join(", ")}.` : null;
  }

  drop(id: string): void {
    this.#set(this.#unsent.filter((other) => other.id !== id));
  }

  #send(unsent: Unsent): Promise<Task | Unsent> {
    const outcome = this.#attempt(unsent);
    const end = this.#unfinished.begin(async () => (isUnsent(await outcome) ? `“${unsent.draft.title}” could not be added.` : null));
    void outcome.then(end);
    return outcome;
  }

  async #attempt(sending: Unsent): Promise<Task | Unsent> {
    this.#put(sending);
    try {
      const { data } = await createTask({ body: inputOf(sending.draft), ...as(this.#userId) });
      this.drop(sending.id);
      await readAgain(this.#queries, this.#userId);
      return data;
    } catch (error) {
      const failed = { ...sending, failure: failureOf(error) };
      this.#put(failed);
      return failed;
    }
  }

  #put(unsent: Unsent): void {
    const isKnown = this.#unsent.some(({ id }) => id === unsent.id);
    this.#set(isKnown ? this.#unsent.map((other) => (other.id === unsent.id ? unsent : other)) : [...this.#unsent, unsent]);
  }

  #set(unsent: readonly Unsent[]): void {
    this.#unsent = unsent;
    if (unsent.length === 0) dropDraft(this.#key);
    else writeDraft(this.#key, unsent.map(({ id, draft }): Kept => ({ id, draft })));
    this.tell();
  }
}
