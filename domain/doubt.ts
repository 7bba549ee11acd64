import type { Session } from './layers.ts';

/** Why somebody should look at a session: a code that never changes, and a sentence in each language. */
export interface Doubt {
  code: 'never-ran' | 'too-long' | 'not-heard' | 'presumed-end' | 'doubtful';
  fr: string;
  en: string;
}

const DOUBTS: Record<Doubt['code'], Doubt> = {
  'never-ran': {
    code: 'never-ran',
    fr: 'La machine n’a pas tourné : la séance a pris fin faute d’activité, et nul ne sait quand la personne est partie.',
    en: 'The machine never ran: the session ended for want of activity, and nobody knows when the person left.',
  },
  'too-long': {
    code: 'too-long',
    fr: 'Personne n’a badgé en sortant : la séance a été coupée à la durée maximale.',
    en: 'Nobody badged out: the session was cut at the longest duration allowed.',
  },
  'not-heard': {
    code: 'not-heard',
    fr: 'La prise s’est tue pendant la séance : sa fin est celle de la dernière activité observée, ou de la durée maximale.',
    en: 'The plug fell silent during the session: its end is that of the last observed activity, or of the longest duration.',
  },
  'presumed-end': {
    code: 'presumed-end',
    fr: 'Personne n’a badgé en sortant, et rien ne mesure cette machine : la fin est celle de l’ouverture du lieu ou de la durée maximale.',
    en: 'Nobody badged out, and nothing measures this machine: the end is the closing time or the longest duration.',
  },
  doubtful: {
    code: 'doubtful',
    fr: 'La fin de cette séance est incertaine.',
    en: 'The end of this session is uncertain.',
  },
};

/** Why a session is doubtful. */
export function doubtOf({ endCause }: Pick<Session, 'endCause'>): Doubt {
  switch (endCause) {
    case 'idle':
      return DOUBTS['never-ran'];
    case 'max':
      return DOUBTS['too-long'];
    case 'censored':
      return DOUBTS['not-heard'];
    case 'presumed':
      return DOUBTS['presumed-end'];
    case 'badge-out':
    case 'handover':
    case 'service':
    case 'open':
    case 'corrected':
      return DOUBTS.doubtful;
  }
}
