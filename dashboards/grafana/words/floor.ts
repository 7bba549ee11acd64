import type { DashboardWords } from '../words.ts';

/** The words of the floor as it is now. */
export const FLOOR_WORDS = {
  title: { fr: '1 · Que font les machines en ce moment ?', en: '1 · What are the machines doing now?' },
  description: {
    fr: 'État et puissance de chaque machine, des dernières heures à maintenant.',
    en: 'State and power of each machine, from the last hours until now.',
  },
  read: {
    fr: 'Chaque machine est **en marche**, **en veille**, **éteinte** ou **sans nouvelles** : sans nouvelles veut dire que rien n’a été reçu, jamais qu’elle est éteinte. Les séances ouvertes et les personnes présentes ne sont pas dans ces séries : voir la page de Fabmeter.',
    en: 'Each machine is **running**, in **standby**, **off**, or there is **no news** of it: no news means that nothing was received, never that it is off. Open sessions and people present are not in these series: see the page of Fabmeter.',
  },
  panels: {
    counts: {
      title: { fr: 'Combien de machines dans chaque état ?', en: 'How many machines are in each state?' },
      description: {
        fr: 'Dernier état connu de chaque machine dans la période choisie. Un état sans machine n’est pas affiché.',
        en: 'The last state of each machine within the chosen time. A state without machines is not shown.',
      },
    },
    total: {
      title: { fr: 'Combien de puissance en ce moment ?', en: 'How much power right now?' },
      description: {
        fr: 'Somme des dernières mesures de chaque boîtier, si elles ont moins de 15 minutes.',
        en: 'Sum of the last readings of each connector that are younger than 15 minutes.',
      },
    },
    states: {
      title: { fr: 'Qui a tourné, et quand ?', en: 'Which machines ran, and when?' },
      description: {
        fr: 'Une ligne par machine, maintenant à droite. Un blanc : aucun état reçu depuis plus de deux heures.',
        en: 'One line for each machine, now at the right. Blank: no state was received for more than two hours.',
      },
    },
    power: {
      title: { fr: 'Quelle machine consomme en ce moment ?', en: 'Which machine draws power right now?' },
      description: {
        fr: 'Dernière mesure de chaque machine (tous ses boîtiers), si elle a moins de 15 minutes. Un boîtier qui ne parle que d’un changement peut manquer ici.',
        en: 'The last reading of each machine (all its connectors), if it is younger than 15 minutes. A connector that reports only changes may be missing here.',
      },
    },
    curve: {
      title: { fr: 'Comment la puissance a-t-elle évolué ?', en: 'How did the power develop?' },
      description: {
        fr: 'Puissance moyenne de toutes les machines choisies, par intervalle. Un trou reste un trou.',
        en: 'Mean power of all chosen machines, by interval. A gap stays a gap.',
      },
      names: { curve: { fr: 'toutes les machines', en: 'all machines' } },
    },
  },
} as const satisfies DashboardWords;
