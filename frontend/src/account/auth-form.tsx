// The card that sign-in and sign-up share.
"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, type ReactNode } from "react";
import type { Outcome, TokenSource } from "@/lib/auth-modes/auth-adapter";
import { useAuth } from "@/session/session-provider";
import { useMounted } from "@/session/use-mounted";
import { CredentialsForm, type FieldSpec, type Values } from "./credentials-form";
import { useParting } from "../components/flash-message";

type Props = {
  title: string;
  submit: string;
  fields: FieldSpec[];
  send: (source: TokenSource, values: Values) => Promise<Outcome>;
  other: { text: string; link: string; href: string };
};

export function AccountForm(props: Props) {
  // until the page runs, a submit would put the password into the address
  return useMounted() ? <Form {...props} /> : <Card title={props.title} />;
}

function Form({ title, submit, fields, send, other }: Props) {
  const { keeper, unfinished } = useAuth();
  const router = useRouter();
  const part = useParting();

  // whoever is signed in has no need of it, and signs out before another signs in
  useEffect(() => {
    keeper.get().then((token) => token && router.replace("/"), () => {});
  }, [keeper, router]);

  const handOver: Props["send"] = async (source, values) => {
    // in another tab somebody may be signed in still
    await unfinished.finish();
    return keeper.handOver(() => send(source, values), ({ ok }) => ok);
  };

  const enter = () => {
    part(null);
    router.replace("/");
  };

  return (
    <Card title={title}>
      <CredentialsForm label={title} fields={fields} send={handOver} onDone={enter} button={{ text: submit, weight: "primary" }} />
      <p className="mt-6 text-center text-ink-soft">
        {other.text}{" "}
        <Link href={other.href} className="font-medium text-accent underline-offset-4 hover:underline">
          {other.link}
        </Link>
      </p>
    </Card>
  );
}

function Card({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="min-h-96 rounded-2xl border border-line bg-surface p-6 shadow-card sm:p-8">
      <h1 className="mb-6 text-2xl font-semibold tracking-tight">{title}</h1>
      {children}
    </div>
  );
}
