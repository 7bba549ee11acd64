import type { DashboardWords } from '../words.ts';

/** The words of purchasing. */
export const PURCHASING_WORDS = {
  title: { fr: '6 · Manque-t-il une machine ?', en: '6 · Is a machine missing?' },
  description: {
    fr: 'Saturation par type de machine, et ce qu’il faut regarder avant d’acheter.',
    en: 'Saturation by kind of machine, and what to look at before buying.',
  },
  read: {
    fr: 'À lire dans l’ordre : assez d’observations ? Des machines en état ? Badgées sans être en marche ? Alors seulement : saturées ? Et à côté, lesquelles servent peu ? Les conseils chiffrés (demande corrigée, prêts, coût par heure ajoutée) sont dans la fiche d’achat de Fabmeter ; les badges refusés et les machines absentes ne sont pas dans ces séries.',
    en: 'To be read in order: enough observed? Machines fit for use? Badged in but not running? Only then: saturated? And beside it, which are little used? The advice with its figures (corrected demand, loans, cost per added hour) is in the purchasing sheet of Fabmeter; refused badges and machines that are away are not in these series.',
  },
  panels: {
    coverage: {
      title: { fr: '1. A-t-on assez observé ?', en: '1. Was enough observed?' },
      description: {
        fr: 'Part observée par atelier et type (coverage). Sous 90 %, ou moins de 13 semaines d’ouverture : attendre.',
        en: 'Share observed by lab and kind (coverage). Below 90%, or less than 13 weeks of opening: wait.',
      },
    },
    availability: {
      title: { fr: '2. Faut-il d’abord réparer ?', en: '2. Is repair needed first?' },
      description: {
        fr: 'Disponibilité par atelier et type (availability). Sous 90 %, réparer passe avant acheter.',
        en: 'Availability by lab and kind (availability). Below 90%, repair comes before buying.',
      },
    },
    idle: {
      title: { fr: '3. Sont-elles badgées sans être en marche ?', en: '3. Are they badged in without running?' },
      description: {
        fr: 'Part du temps badgé pendant laquelle la machine n’était pas en marche. Le temps sans nouvelles y compte aussi : c’est un maximum.',
        en: 'Share of the badged time in which the machine did not run. Time without news counts too: it is a maximum.',
      },
    },
    saturation: {
      title: { fr: '4. Sont-elles toutes prises ?', en: '4. Are all of them taken?' },
      description: {
        fr: 'Part de l’ouverture où toutes les machines en service d’un type sont badgées ou en marche (saturation), entre deux bornes : les heures disent combien de temps chacune était prise, pas si c’était en même temps. Fabmeter connaît la valeur exacte.',
        en: 'Share of opening in which all machines of a kind that are in service are badged in or running (saturation), between two bounds: hours tell how long each was taken, not whether at the same time. Fabmeter knows the exact value.',
      },
    },
    weeks: {
      title: { fr: '5. La saturation monte-t-elle ?', en: '5. Is saturation growing?' },
      description: {
        fr: 'Heures par semaine où toutes étaient prises, au plus, par atelier et type.',
        en: 'Hours each week in which all were taken, at most, by lab and kind.',
      },
    },
    used: {
      title: { fr: '6. Lesquelles servent peu ?', en: '6. Which are little used?' },
      description: {
        fr: 'Heures en marche de chaque machine : une jumelle peu utilisée ailleurs se prête avant d’acheter.',
        en: 'Hours running of each machine: a little used twin elsewhere can be lent before anything is bought.',
      },
    },
  },
} as const satisfies DashboardWords;
