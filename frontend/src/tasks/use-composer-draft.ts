// The draft of a new task. It belongs to the user, survives a reload, and can be typed before the user is known.
"use client";

import { useCallback, useLayoutEffect, useRef, useState } from "react";
import { draftKey, readDraft, removeDraft, writeDraft } from "@/lib/drafts";
import { useKnownUser } from "@/session/session-provider";
import { emptyDraft, isEmpty, type Draft } from "./task-draft";

const name = "new";

export function useComposerDraft() {
  const userId = useKnownUser()?.id;
  const [owner, setOwner] = useState<string>();
  const [draft, setDraft] = useState(emptyDraft);
  const titleRef = useRef<HTMLInputElement>(null);

  if (userId !== owner) {
    setOwner(userId);
    const isOfNobody = owner === undefined && !isEmpty(draft);
    if (userId && !isOfNobody) setDraft({ ...emptyDraft, ...readDraft<Draft>(draftKey(userId, name)) });
    if (!userId) setDraft(emptyDraft);
  }

  const change = useCallback(
    (to: Draft) => {
      if (userId) writeDraft(draftKey(userId, name), to);
      setDraft(to);
    },
    [userId],
  );

  // typed into the server's HTML, before this code ran
  useLayoutEffect(() => {
    const typed = titleRef.current?.value;
    if (typed) setDraft((current) => ({ ...current, title: typed }));
  }, []);

  const discard = useCallback(() => {
    if (userId) removeDraft(draftKey(userId, name));
    setDraft(emptyDraft);
  }, [userId]);

  return { draft, change, discard, isReady: userId !== undefined, titleRef };
}
