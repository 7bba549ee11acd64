import type { DashboardWords } from '../words.ts';

/** The words of the connectors' health. */
export const CONNECTORS_WORDS = {
  title: { fr: '5 · Les boîtiers parlent-ils ?', en: '5 · Are the connectors talking?' },
  description: {
    fr: 'Boîtiers en ligne, mesures reçues, et temps sans nouvelles qui en résulte.',
    en: 'Connectors online, readings received, and the time without news that follows.',
  },
  read: {
    fr: 'Un boîtier **hors ligne** laisse sa machine **sans nouvelles**. En haut, ce qui manque maintenant ; au milieu, depuis quand ; en bas, ce que cela coûte aux chiffres. Premiers gestes : vérifier la prise, puis le Wi-Fi. Les messages incompris sont dans Fabmeter, pas dans ces séries.',
    en: 'A connector that is **offline** leaves its machine without news. At the top what is missing now, in the middle since when, at the bottom what it costs the figures. First steps: check its plug, then the Wi-Fi. Messages that were not understood are in Fabmeter, not in these series.',
  },
  panels: {
    now: {
      title: { fr: 'Quels boîtiers sont là ?', en: 'Which connectors are there?' },
      description: {
        fr: 'Dernier état connu avant la fin de la période, cherché sur 30 jours.',
        en: 'The last state known before the end of the time chosen, looked for over 30 days.',
      },
      names: { state: { fr: 'état', en: 'state' }, Time: { fr: 'depuis', en: 'since' } },
    },
    heard: {
      title: { fr: 'Quand a-t-on mesuré pour la dernière fois ?', en: 'When was the last reading?' },
      description: {
        fr: 'Dernière mesure de puissance de chaque boîtier dans la période, et sa valeur. Les lecteurs de badge n’en envoient pas.',
        en: 'The last power reading of each connector within the time chosen, and its value. Badge readers send none.',
      },
      names: { watts: { fr: 'puissance', en: 'power' }, Time: { fr: 'mesuré', en: 'measured' } },
    },
    online: {
      title: { fr: 'Quand étaient-ils en ligne ?', en: 'When were they online?' },
      description: {
        fr: 'Arrivées et départs de chaque boîtier. Sans changement dans la période, la ligne est vide : voir le premier panneau.',
        en: 'Comings and goings of each connector. Without a change in the time chosen a line is empty: see the first panel.',
      },
    },
    readings: {
      title: { fr: 'Combien de mesures arrivent ?', en: 'How many readings arrive?' },
      description: {
        fr: 'Mesures de puissance par boîtier et intervalle. Une chute dit un mauvais Wi-Fi ou une file qui se vide.',
        en: 'Power readings by connector and interval. A drop tells of bad Wi-Fi or of a queue that empties.',
      },
    },
    silent: {
      title: { fr: 'Quelles machines étaient sans nouvelles ?', en: 'Of which machines was there no news?' },
      description: {
        fr: 'Heures sans nouvelles de chaque machine dans la période.',
        en: 'Hours without news of each machine within the time chosen.',
      },
    },
    coverage: {
      title: { fr: 'Quelle part a été observée ?', en: 'What share was observed?' },
      description: {
        fr: 'Par atelier et jour (coverage).',
        en: 'By lab and day (coverage).',
      },
    },
  },
} as const satisfies DashboardWords;
