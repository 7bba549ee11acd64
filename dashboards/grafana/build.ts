/** `npm run build:grafana`: writes the dashboards and the provisioning files that Grafana reads. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { grafanaFiles } from './dashboards.ts';

for (const folder of ['out', 'provisioning'])
  rmSync(path.join(import.meta.dirname, folder), { recursive: true, force: true });
for (const [name, text] of grafanaFiles()) {
  const file = path.join(import.meta.dirname, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
