import type { ConfirmAnswer } from '../../src/core/consent.ts';
import { ITEM_STATES } from '../../src/core/item-state.ts';
import type { CanaryQuestion, Confirmation } from '../../src/run/run-request.ts';
import type { Lives } from './lives.ts';

const SKIPPED = ITEM_STATES.indexOf('skipped');

/** A person who answers yes, if somebody is there. The question must count the whole selection. */
export function answerQuestion(lives: Lives, { effects, items }: Confirmation): ConfirmAnswer {
  const { seen } = lives.witness;
  lives.witness.look();
  const { canary = Number.POSITIVE_INFINITY } = lives.scenario;
  // Items of a plan that no longer match are skipped before the question.
  const open = seen.now?.items.filter(({ state }) => state !== SKIPPED).length ?? 0;
  const selected = Math.min(open, canary);
  const isWhole = seen.now?.walkFinished === true && selected === items;
  if (!isWhole) lives.witness.accuse('questionsCountTheSelection', `asked about ${items} items`);
  if (!lives.trouble.isAnswered(lives.count)) return 'unanswered';
  seen.consented = new Map(effects.map(({ kind, name, count }) => [`${kind} ${name}`, count]));
  return 'yes';
}

/**
 * A person who looks at the results of the canary and resumes the run with a yes. Until then, nothing may
 * happen to the other items.
 */
export function answerCanary(
  lives: Lives,
  { items, effects, wasAsked }: CanaryQuestion,
): ConfirmAnswer {
  const { seen } = lives.witness;
  lives.witness.look();
  const rest = seen.now?.items.slice(items) ?? [];
  const held = new Set(rest.map(({ key }) => key));
  for (const { operation, uuid } of seen.emulator.audit.entries(lives.firstEffect)) {
    if (held.has(uuid ?? '')) lives.witness.accuse('canaryHoldsTheRest', `${operation} of ${uuid}`);
  }
  if (rest.some(({ step, state }) => step !== 0 || state !== 0)) {
    lives.witness.accuse('canaryHoldsTheRest', 'an item behind the canary has begun');
  }
  if (!wasAsked) return 'unanswered';
  const before = seen.consented ?? new Map<string, number>();
  const counts = effects.map(({ kind, name, count }): [string, number] => {
    const place = `${kind} ${name}`;
    return [place, (before.get(place) ?? 0) + count];
  });
  seen.consented = new Map([...before, ...counts]);
  return 'yes';
}
