/** What every room of the settings begins with, and the pieces that they share. */
import type { ComponentChildren } from "preact";
import { useTitle } from "~/app/title";
import { Go } from "~/parts/Go";
import { Icon } from "~/parts/Icon";

interface Props {
  title: string;
  lead?: ComponentChildren;
  /** What is done here most. */
  action?: ComponentChildren;
  /** The room that it is one thing of. */
  back?: { to: string; label: string };
  children: ComponentChildren;
}

export function Room({ title, lead, action, back, children }: Props) {
  useTitle(`${title} · Settings`);
  return (
    <>
      <header class="room-head">
        {back && <Go to={back.to} class="room-back"><Icon name="left" size={14} />{back.label}</Go>}
        <div class="page-head">
          <h1>{title}</h1>
          {action && <div class="push">{action}</div>}
        </div>
        {lead && <p class="room-lead">{lead}</p>}
      </header>
      {children}
    </>
  );
}

export function Card({ title, lead, action, children, isDangerous }: { title: string; lead?: ComponentChildren; action?: ComponentChildren; children?: ComponentChildren; isDangerous?: boolean }) {
  return (
    <section class={`card room-card ${isDangerous ? "dangerous" : ""}`} aria-label={title}>
      <div class="row wrap">
        <h2>{title}</h2>
        {action && <div class="push row wrap">{action}</div>}
      </div>
      {lead && <p class="dim">{lead}</p>}
      {children}
    </section>
  );
}

/** Names and values, where nothing can be changed. */
export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value || "–"}</dd></div>
      ))}
    </dl>
  );
}

/** Lines of a field that holds several words, one on each line. */
export const linesOf = (text: string): string[] => text.split("\n").map((line) => line.trim()).filter(Boolean);
