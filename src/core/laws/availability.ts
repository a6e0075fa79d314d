import { t } from '../l10n';
import type { LawShape } from './law';

/** Why a law with a term in the target's own weight cannot serve some targets; undefined when it serves all. */
export function needsOwnDomain(title: string, shape: LawShape): string | undefined {
  const strangers = shape.targets.filter((_, target) => (shape.targetDomain[target] ?? -1) < 0);
  if (strangers.length === 0) return undefined;
  return strangers.length === 1
    ? t('{0} predicts a target from the weight of its own domain, and {1} is no training domain.', title, strangers[0]!)
    : t(
        '{0} predicts a target from the weight of its own domain, and {1} are no training domains.',
        title,
        strangers.join(', '),
      );
}
