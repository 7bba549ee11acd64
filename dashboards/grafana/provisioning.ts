import { stringify } from 'yaml';
import { alertRules } from './alerts.ts';
import { DATASOURCE } from './datasource.ts';
import { FOLDER } from './words/shared.ts';
import { LANGUAGES, say } from './words.ts';

/** Where Grafana finds the dashboards; `deploy/compose.yaml` mounts them there. */
export const DASHBOARDS_FOLDER = '/etc/fabmeter/dashboards';

/** The files that tell Grafana everything at its start, by their path. Addresses and secrets come from its environment. */
export function provisioningFiles(): Map<string, string> {
  return new Map([
    ['datasources/fabmeter.yaml', written(datasources())],
    ['dashboards/fabmeter.yaml', written(dashboardFolders())],
    ['alerting/fabmeter.yaml', written(alertRules())],
  ]);
}

const HEAD = '# Written by "npm run build:grafana"; changes belong into dashboards/grafana/*.ts\n';

function written(content: unknown): string {
  return HEAD + stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
}

function datasources(): unknown {
  const influxdb = {
    name: 'Fabmeter InfluxDB',
    ...DATASOURCE,
    access: 'proxy',
    url: '$FABMETER_INFLUX_URL',
    isDefault: true,
    editable: false,
    // Basic is what every version of InfluxDB takes: 2.x and 3.x read the token from the password.
    basicAuth: true,
    basicAuthUser: '$FABMETER_INFLUX_USER',
    jsonData: { version: 'InfluxQL', dbName: '$FABMETER_INFLUX_DATABASE', httpMode: 'GET', timeInterval: '10s' },
    secureJsonData: { basicAuthPassword: '$FABMETER_INFLUX_TOKEN' },
  };
  return { apiVersion: 1, datasources: [influxdb] };
}

function dashboardFolders(): unknown {
  const providers = LANGUAGES.map((language) => ({
    name: `fabmeter-${language}`,
    orgId: 1,
    folder: say(FOLDER, language),
    folderUid: `fabmeter-${language}`,
    type: 'file',
    disableDeletion: true,
    allowUiUpdates: false,
    updateIntervalSeconds: 60,
    options: { path: `${DASHBOARDS_FOLDER}/${language}` },
  }));
  return { apiVersion: 1, providers };
}
