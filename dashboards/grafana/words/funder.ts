import type { DashboardWords } from '../words.ts';

/** The words of a funder's year. */
export const FUNDER_WORDS = {
  title: { fr: '4 · Qu’a-t-on fait cette année ?', en: '4 · What was done this year?' },
  description: {
    fr: 'Heures, séances et énergie de l’année, pour préparer le bilan d’un financeur.',
    en: 'Hours, sessions and energy of the year, to prepare a funder’s report.',
  },
  read: {
    fr: 'Pour préparer un bilan, pas pour l’envoyer : le bilan figé se fait dans Fabmeter, qui masque les petits effectifs, compte les membres distincts et garde ses versions. Aucun membre n’est dans ces séries, même sous pseudonyme. L’année est celle du fuseau choisi dans Grafana.',
    en: 'To prepare a report, not to send it: the frozen report is made in Fabmeter, which hides small numbers, counts distinct members and keeps its versions. No member is in these series, not even under a pseudonym. The year is that of the time zone chosen in Grafana.',
  },
  panels: {
    hours: {
      title: { fr: 'Combien d’heures en marche ?', en: 'How many hours running?' },
      description: { fr: 'Heures-machine (hours.running).', en: 'Machine-hours (hours.running).' },
    },
    sessions: {
      title: { fr: 'Combien de séances ?', en: 'How many sessions?' },
      description: {
        fr: 'Séances commencées dans l’année et terminées, celles à vérifier comprises.',
        en: 'Sessions that began in the year and have ended, those to check included.',
      },
    },
    doubtful: {
      title: { fr: 'Quelle part reste à vérifier ?', en: 'What share is still to check?' },
      description: {
        fr: 'Part des séances dont la fin est douteuse. À vérifier dans Fabmeter avant de figer un bilan.',
        en: 'Share of the sessions whose end is in doubt. Check them in Fabmeter before a report is frozen.',
      },
    },
    energy: {
      title: { fr: 'Combien d’énergie ?', en: 'How much energy?' },
      description: {
        fr: 'Énergie mesurée, celle rattrapée après un trou comprise (energy). Les machines sans mesure manquent.',
        en: 'Measured energy, with what was caught up after gaps (energy). Machines without a meter are missing.',
      },
    },
    coverage: {
      title: { fr: 'Quelle part a été observée ?', en: 'What share was observed?' },
      description: {
        fr: 'Part du temps-machine observée (coverage). À écrire à côté de chaque chiffre.',
        en: 'Share of machine time that was observed (coverage). To be written beside every figure.',
      },
    },
    weeks: {
      title: { fr: 'Comment l’année s’est-elle passée ?', en: 'How did the year go?' },
      description: {
        fr: 'Heures en marche par semaine : avec badge, et sans badge.',
        en: 'Hours running by week: with a badge, and without one.',
      },
      names: {
        attributed: { fr: 'avec badge', en: 'with a badge' },
        unattributed: { fr: 'marche sans badge', en: 'run without a badge' },
      },
    },
    audiences: {
      title: { fr: 'À quels publics cela a-t-il servi ?', en: 'Which audiences did it serve?' },
      description: {
        fr: 'Séances terminées et heures en marche par public. Petits effectifs non masqués : ne pas diffuser.',
        en: 'Ended sessions and hours running by audience. Small numbers are not hidden: do not pass on.',
      },
      names: { audience: { fr: 'public', en: 'audience' } },
    },
    kinds: {
      title: { fr: 'Quelles machines ont servi ?', en: 'Which machines served?' },
      description: {
        fr: 'Heures en marche par type de machine et atelier (hours.running).',
        en: 'Hours running by kind of machine and lab (hours.running).',
      },
    },
  },
} as const satisfies DashboardWords;
