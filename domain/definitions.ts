/** Every quantity of `usage` with the version of its definition; a version grows when the meaning changes. */
export const DEFINITIONS = {
  coverage: 1,
  'hours.powered': 1,
  'hours.running': 1,
  'hours.badged': 1,
  'hours.attributed': 1,
  'hours.outside': 1,
  utilisation: 1,
  occupation: 1,
  efficiency: 1,
  availability: 1,
  members: 1,
  energy: 1,
} as const;
