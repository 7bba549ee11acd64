import { type Definition, define } from './definition.ts';

/** Shares of time, and the times between faults. */
export const RATE_DEFINITIONS: readonly Definition[] = [
  define(
    'utilisation',
    'share',
    [
      'opening time less maintenance, observed',
      '|R∩O| / (T − |U∩(O∖M)|), between |R∩O| / T and (|R∩O| + |U∩(O∖M)|) / T',
    ],
    ['utilisation.value', 'utilisation.low', 'utilisation.high'],
    [
      'taux d’utilisation',
      'Part des heures d’ouverture observées pendant laquelle la machine travaillait ; les bornes disent ce que le temps sans nouvelles peut cacher.',
    ],
    [
      'utilisation',
      'Share of the observed opening hours in which the machine worked; the bounds say what the time without news may hide.',
    ],
    2,
  ),
  define(
    'utilisation.calendar',
    'share',
    ['window, observed', '|R| / (|W| − |U|)'],
    ['utilisation.calendar'],
    [
      'taux d’utilisation calendaire',
      'Part de tout le temps observé, nuits comprises, pendant laquelle la machine travaillait.',
    ],
    ['utilisation of the calendar', 'Share of all observed time, nights too, in which the machine worked.'],
  ),
  define(
    'utilisation.opening',
    'share',
    ['opening time', '|R∩O| / |O|'],
    ['utilisation.opening'],
    [
      'taux d’utilisation des heures d’ouverture',
      'Part de toutes les heures d’ouverture, maintenance et silences compris, pendant laquelle la machine travaillait.',
    ],
    [
      'utilisation of opening hours',
      'Share of all opening hours, maintenance and silence too, in which the machine worked.',
    ],
  ),
  define(
    'occupation',
    'share',
    ['opening time less maintenance, observed', '|(B∪R)∩O| / (T − |U∩(O∖M)|)'],
    ['occupation'],
    [
      'taux d’occupation',
      'Part des heures d’ouverture observées pendant laquelle la machine était prise, qu’elle travaille ou non.',
    ],
    ['occupation', 'Share of the observed opening hours in which somebody held the machine, working or not.'],
    2,
  ),
  define(
    'efficiency',
    'share',
    ['powered time', '|R| / |R∪S| (ISO 22400 utilisation efficiency)'],
    ['efficiency'],
    ['part de la marche', 'Part du temps allumé pendant laquelle la machine travaillait.'],
    ['share running', 'Share of the powered time in which the machine worked.'],
  ),
  define(
    'availability',
    'share',
    ['opening time less maintenance', '(T − |F∩O|) / T (EN 13306); null at T = 0'],
    ['availability'],
    [
      'disponibilité',
      'Part des heures d’ouverture, maintenance déduite, pendant laquelle la machine n’était pas en panne.',
    ],
    ['availability', 'Share of the opening hours, less maintenance, in which the machine was not broken.'],
  ),
  define(
    'mtbf',
    'h',
    ['opening time less maintenance', '(T − |F∩O|) / n; at n = 0 the lower bound T/3 (95 %)'],
    ['mtbfS', 'mtbfIs', 'faults'],
    [
      'temps moyen entre pannes',
      'Temps d’ouverture sans panne, divisé par le nombre de pannes ; sans panne, ce qu’il est probablement au moins.',
    ],
    [
      'mean time between faults',
      'Opening time without a fault, divided by the number of faults; without a fault, what it probably is at least.',
    ],
  ),
  define(
    'mttr',
    'h',
    ['window', '|F| / n; null at n = 0'],
    ['mttrS', 'faults'],
    ['temps moyen de réparation', 'Durée moyenne d’une panne, de sa déclaration à la remise en service.'],
    ['mean time to repair', 'How long a fault lasts on average, until the machine is back in service.'],
  ),
  define(
    'saturation',
    'share',
    [
      'opening time of the lab',
      'share of O in which c > 0 and all machines of a kind that are up are held (B∪R); time that a silent machine leaves open is in the bounds only',
    ],
    ['saturation.value', 'saturation.low', 'saturation.high'],
    [
      'saturation',
      'Part des heures d’ouverture pendant laquelle toutes les machines d’un type en service étaient prises.',
    ],
    ['saturation', 'Share of the opening hours in which all machines of a kind in service were held.'],
  ),
  define(
    'demand',
    'machines',
    [
      'opening time in which all machines that are up are observed',
      'between A = U·c (everybody waits) and the root of A·(1 − B(A, c)) = U·c (everybody leaves); B is Erlang’s, U the share held',
    ],
    ['demand.low', 'demand.high'],
    [
      'demande',
      'Nombre de machines que l’on utiliserait s’il y en avait assez, entre deux bornes : tout le monde attend, ou tout le monde renonce.',
    ],
    [
      'demand',
      'How many machines would be in use if there were enough, between two bounds: everybody waits, or everybody leaves.',
    ],
  ),
];
