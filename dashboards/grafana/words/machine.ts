import type { DashboardWords } from '../words.ts';

/** The words of one machine. */
export const MACHINE_WORDS = {
  title: { fr: '2 · Comment cette machine sert-elle ?', en: '2 · How is this machine used?' },
  description: {
    fr: 'Puissance, état, séances et énergie d’une machine.',
    en: 'Power, state, sessions and energy of one machine.',
  },
  read: {
    fr: 'Choisissez l’atelier puis la machine. De haut en bas : ce qu’elle consomme, l’état qu’on en déduit, ses séances (des durées, jamais des noms), ce que cela fait par jour. Les heures comptées sont celles qui sont closes : l’heure en cours n’y est pas.',
    en: 'Choose the lab, then the machine. From top to bottom: what it draws, the state that follows from it, its sessions (durations, never names), and what that makes by day. Counted hours are those that are over: the running hour is not among them.',
  },
  panels: {
    running: {
      title: { fr: 'Combien d’heures en marche ?', en: 'How many hours running?' },
      description: {
        fr: 'Somme des heures closes de la période (hours.running).',
        en: 'Sum over the closed hours of the time chosen (hours.running).',
      },
    },
    sessions: {
      title: { fr: 'Combien de séances ?', en: 'How many sessions?' },
      description: {
        fr: 'Séances commencées dans la période et terminées.',
        en: 'Sessions that began in the time chosen and have ended.',
      },
    },
    energy: {
      title: { fr: 'Combien d’énergie ?', en: 'How much energy?' },
      description: {
        fr: 'Énergie de la période, celle rattrapée après un trou comprise (energy).',
        en: 'Energy of the time chosen, with what was caught up after gaps (energy).',
      },
    },
    coverage: {
      title: { fr: 'Quelle part a été observée ?', en: 'What share was observed?' },
      description: {
        fr: 'Part du temps pendant laquelle on savait ce que faisait la machine (coverage). Les autres chiffres ne parlent que de cette part.',
        en: 'Share of the time in which it was known what the machine did (coverage). All other figures speak of this share only.',
      },
    },
    power: {
      title: {
        fr: 'Que consomme-t-elle, et où sont ses seuils ?',
        en: 'What does it draw, and where are its thresholds?',
      },
      description: {
        fr: 'Puissance moyenne par intervalle, par boîtier et voie. Lignes : les seuils de puissance avec lesquels son état a été déduit. Un trou de plus de 5 minutes reste un trou ; l’état, dessous, est exact.',
        en: 'Mean power by interval, for each connector and channel. Lines: the power thresholds by which its state was found. A gap of more than 5 minutes stays a gap; the state below is exact.',
      },
      names: {
        runningW: { fr: 'seuil de marche', en: 'running threshold' },
        stopW: { fr: 'seuil d’arrêt', en: 'stop threshold' },
        standbyW: { fr: 'seuil de veille', en: 'standby threshold' },
      },
    },
    activity: {
      title: { fr: 'Que faisait-elle ?', en: 'What was it doing?' },
      description: {
        fr: 'L’état à chaque changement. Sans nouvelles : rien n’a été reçu.',
        en: 'The state at each change. No news: nothing was received.',
      },
    },
    held: {
      title: { fr: 'Quelles séances a-t-elle eues ?', en: 'Which sessions did it have?' },
      description: {
        fr: 'Les séances terminées, la dernière en premier (200 au plus) : début, durée, temps en marche, énergie, et ce qui les a closes.',
        en: 'Sessions that have ended, latest first (200 at most): start, length, time running, energy, and what closed them.',
      },
      names: {
        Time: { fr: 'début', en: 'start' },
        hours: { fr: 'durée', en: 'length' },
        running: { fr: 'en marche', en: 'running' },
        energy: { fr: 'énergie', en: 'energy' },
        end: { fr: 'fin par', en: 'ended by' },
      },
    },
    days: {
      title: { fr: 'Que fait-elle de ses journées ?', en: 'How does it spend its days?' },
      description: {
        fr: 'Heures de chaque jour par état. Le temps sans nouvelles est montré, jamais compté comme éteinte.',
        en: 'Hours of each day by state. Time without news is shown, never counted as off.',
      },
    },
    energyDays: {
      title: { fr: 'Combien d’énergie par jour ?', en: 'How much energy each day?' },
      description: {
        fr: 'L’énergie rattrapée après un trou est à part : son jour n’est pas connu, elle est mise à celui de la mesure qui l’a révélée.',
        en: 'Energy caught up after a gap stands apart: its day is not known, it is put to the day of the reading that showed it.',
      },
    },
  },
} as const satisfies DashboardWords;
