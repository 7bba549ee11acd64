import { type Definition, define } from './definition.ts';

/** People, sessions, energy, money, and the network's charter. */
export const COUNT_DEFINITIONS: readonly Definition[] = [
  define(
    'occupancy',
    'people',
    [
      'opening time of the lab',
      'distinct members present by instant: for the whole session on an attended machine, for 15 min after each badge event on another; a class is its declared head-count, once for all its machines, until it is over; mean and peak by hour of the week',
    ],
    ['mean', 'peak'],
    [
      'fréquentation',
      'Nombre de personnes présentes en même temps aux heures d’ouverture, en moyenne et au maximum : membres, et effectif déclaré des classes.',
    ],
    [
      'people present',
      'How many people are there at the same time in opening hours, on average and at most: members, and the declared head-count of classes.',
    ],
  ),
  define(
    'members',
    'people',
    [
      'sessions that begin in the window',
      'size of the set of member tokens, a class being one; never a sum of months, machines or labs',
    ],
    ['members'],
    [
      'membres',
      'Nombre de membres différents qui ont commencé une séance, une classe comptant pour un ; on ne les additionne jamais.',
    ],
    ['members', 'How many different members began a session, a class being one; these are never added up.'],
  ),
  define(
    'sessions',
    'count',
    ['sessions that begin in the window', 'number of sessions with start in W'],
    ['sessions'],
    ['séances', 'Nombre de séances commencées.'],
    ['sessions', 'How many sessions began.'],
  ),
  define(
    'sessions.doubtful',
    'count',
    ['sessions that begin in the window', 'number of sessions with start in W whose end is doubtful'],
    ['doubtful'],
    ['séances à vérifier', 'Nombre de séances commencées dont la fin n’est pas sûre.'],
    ['sessions to check', 'How many of the sessions that began have an end that is not sure.'],
  ),
  define(
    'energy',
    'kWh',
    [
      'window',
      'rises of the meter’s counter, else the step integral of the readings; with what was caught up over holes',
    ],
    ['energyWh', 'recoveredWh'],
    ['énergie', 'Électricité consommée, y compris celle rattrapée après un silence du boîtier, indiquée à part.'],
    ['energy', 'Electricity used, with what was caught up after a silence of the connector, which is also told apart.'],
  ),
  define(
    'costPerHour',
    'money per h',
    ['running time', '((price − residual) / life for W + maintenance + kWh × tariff) / |R|; "no use" at |R| = 0'],
    ['perHour', 'total', 'depreciation', 'maintenance', 'energy'],
    ['coût d’une heure', 'Ce qu’a coûté chaque heure en marche : perte de valeur, maintenance et électricité.'],
    ['cost of an hour', 'What each running hour cost: value lost, maintenance and electricity.'],
  ),
  define(
    'charter',
    'verdict',
    [
      'ISO week',
      'clock hours declared public in which a machine of the lab ran or was badged: met from 4 h; below, not provable if less than 95 % of machine time in them was observed, else not met',
    ],
    ['verdict', 'declaredS', 'observedS'],
    [
      'charte : 4 h tout public',
      'Dit si l’atelier a été ouvert à tous les publics au moins 4 h dans la semaine, activité observée à l’appui.',
    ],
    [
      'charter: 4 public hours',
      'Says whether the lab was open to everybody for at least 4 h in the week, with activity that was seen.',
    ],
  ),
];
