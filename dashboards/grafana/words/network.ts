import type { DashboardWords } from '../words.ts';

/** The words of the network overview. */
export const NETWORK_WORDS = {
  title: { fr: '3 · Où les machines du réseau servent-elles ?', en: '3 · Where are the machines of the network used?' },
  description: {
    fr: 'Utilisation, disponibilité et heures tout public des ateliers, avec la part observée.',
    en: 'Utilisation, availability and public hours of the labs, with the share observed.',
  },
  read: {
    fr: 'Un taux d’utilisation a trois valeurs : **au moins** (le temps sans nouvelles compté comme hors marche), **observé** (sans lui), **au plus** (compté comme marche). Plus la part observée est grande, plus elles se touchent. Un atelier sans heures d’ouverture déclarées manque dans les taux. Une machine prêtée compte dans l’atelier où elle était. Les personnes présentes et les membres distincts sont dans Fabmeter, pas dans ces tableaux.',
    en: 'Utilisation has three values: **at least** (time without news counted as not running), **observed** (leaving it out) and **at most** (counted as running). The larger the share observed, the closer they are. A lab that declares no opening hours is missing from the rates. A machine on loan counts in the lab where it was. People present and distinct members are in Fabmeter, not on these dashboards.',
  },
  panels: {
    utilisation: {
      title: {
        fr: 'Quelle part de l’ouverture les machines tournent-elles ?',
        en: 'For what share of opening hours do machines run?',
      },
      description: {
        fr: 'Taux d’utilisation par atelier et ses bornes ; base : ouverture moins maintenance (utilisation). Une marche pendant une maintenance peut donner plus de 100 %.',
        en: 'Utilisation by lab and its bounds; base: opening less maintenance (utilisation). Running during maintenance may give more than 100%.',
      },
    },
    availability: {
      title: { fr: 'Les machines sont-elles en état de servir ?', en: 'Are the machines fit for use?' },
      description: {
        fr: 'Disponibilité par atelier et type : part de l’ouverture, moins la maintenance prévue, hors panne (availability). Seules les pannes signalées comptent.',
        en: 'Availability by lab and kind: share of opening, less planned maintenance, without breakdown (availability). Only breakdowns that were reported count.',
      },
    },
    weeks: {
      title: { fr: 'L’utilisation monte-t-elle ?', en: 'Is utilisation growing?' },
      description: {
        fr: 'Taux d’utilisation de tous les ateliers choisis, semaine par semaine (du lundi), avec ses bornes.',
        en: 'Utilisation of all chosen labs, week by week (from Monday), with its bounds.',
      },
    },
    hours: {
      title: { fr: 'Combien d’heures en marche par semaine ?', en: 'How many hours running each week?' },
      description: {
        fr: 'Heures-machine par atelier et semaine (hours.running). La première et la dernière semaine peuvent être incomplètes.',
        en: 'Machine-hours by lab and week (hours.running). The first and the last week may be incomplete.',
      },
    },
    charter: {
      title: { fr: 'Les heures tout public ont-elles servi ?', en: 'Were the public hours used?' },
      description: {
        fr: 'Par atelier et semaine : heures tout public pendant lesquelles une machine au moins était en marche ou badgée. C’est un minimum (la machine la plus occupée de chaque heure) ; à partir de 4 h la charte est tenue, en dessous Fabmeter tranche.',
        en: 'By lab and week: public hours in which at least one machine was running or badged in. It is a minimum (the busiest machine of each hour); from 4 h on the charter is met, below that Fabmeter decides.',
      },
      names: {
        active: { fr: 'utilisées, au moins', en: 'used, at least' },
        declared: { fr: 'déclarées', en: 'declared' },
      },
    },
    outside: {
      title: { fr: 'Que se passe-t-il hors ouverture ?', en: 'What happens outside opening hours?' },
      description: {
        fr: 'Heures en marche hors ouverture, par atelier et semaine (hours.outside). Une impression de nuit est normale.',
        en: 'Hours running outside opening, by lab and week (hours.outside). A night print is normal.',
      },
    },
    coverage: {
      title: { fr: 'Quelle part a été observée ?', en: 'What share was observed?' },
      description: {
        fr: 'Par atelier et jour (coverage). Sous 90 %, lire les autres panneaux avec leurs bornes.',
        en: 'By lab and day (coverage). Below 90%, read the other panels with their bounds.',
      },
    },
  },
} as const satisfies DashboardWords;
