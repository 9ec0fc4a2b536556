import { shellWord } from '../command-advice.ts';

/** The job that a schedule starts. */
export interface ScheduledJob {
  /** Name of the job, for names of units and objects. */
  readonly name: string;
  /** Path of the job file, as it will be on the machine that runs it. */
  readonly file: string;
  /** Absolute path of the folder in which the command runs. */
  readonly folder: string;
  readonly hour: number;
  readonly minute: number;
  /** Folders with the programs `ucbulk` and `node` on this machine. */
  readonly programFolders: readonly string[];
  /** Version of ucbulk, for installations. */
  readonly version: string;
}

/** The kinds of schedules that `init` prints. */
export const SCHEDULES = {
  cron,
  systemd,
  'github-actions': githubActions,
  k8s: kubernetes,
} as const;

export type ScheduleKind = keyof typeof SCHEDULES;

/** The flags of a run that nobody watches: it continues an unfinished run, and asks nothing. */
const UNATTENDED = '--continue --yes --quiet';

function cron({ file, folder, hour, minute, programFolders }: ScheduledJob): string {
  return `# Add these lines with \`crontab -e\`. cron uses the time zone of the machine.
# The command prints nothing after a success, so cron sends an email only if you should look at something.
# An unfinished run of the night before is continued. cron does not have the variables of your shell:
# write the keys into ~/.uploadcare/config.yaml (\`ucbulk config show\` shows which ones are found).
PATH=${searchPath(programFolders)}
${minute} ${hour} * * *  cd ${cronWord(folder)} && ucbulk run ${cronWord(file)} ${UNATTENDED}
`;
}

function systemd({ name, file, folder, hour, minute, programFolders }: ScheduledJob): string {
  const unit = unitName(name);
  return `# These are two files. Save each part as the file that its first line names. Then start the timer:
#   systemctl daemon-reload && systemctl enable --now ${unit}.timer

# /etc/systemd/system/${unit}.service
[Unit]
Description=ucbulk: ${name}
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
WorkingDirectory=${folder.replaceAll('%', '%%')}
# The file has the lines UPLOADCARE_PUBLIC_KEY=… and UPLOADCARE_SECRET_KEY=…; chmod 600.
EnvironmentFile=/etc/ucbulk/keys.env
StateDirectory=ucbulk
Environment=UCBULK_STATE=%S/ucbulk
Environment="PATH=${searchPath(programFolders).replaceAll('%', '%%')}"
ExecStart=/usr/bin/env ucbulk run ${systemdWord(file)} ${UNATTENDED}
# 8, 10: a budget or the time is over, and the next start continues. 12: another run works.
# 130, 143: the run was stopped.
SuccessExitStatus=8 10 12 130 143
# 5: the service was away. Every other code needs a person.
Restart=on-failure
RestartSec=15min
RestartPreventExitStatus=1 2 3 7 11 70
# A stopped run waits for the answers to its requests.
TimeoutStopSec=2min
NoNewPrivileges=yes
ProtectSystem=strict
PrivateTmp=yes

# /etc/systemd/system/${unit}.timer
[Unit]
Description=Starts ${unit}.service each day

[Timer]
OnCalendar=*-*-* ${two(hour)}:${two(minute)}:00
Persistent=true

[Install]
WantedBy=timers.target
`;
}

/** The folders in which cron and systemd look for programs: those of this machine's ucbulk first. */
function searchPath(programFolders: readonly string[]): string {
  return [...new Set([...programFolders, '/usr/local/bin', '/usr/bin', '/bin'])].join(':');
}

function githubActions({ name, file, hour, minute, version }: ScheduledJob): string {
  return `# .github/workflows/${unitName(name)}.yml
name: ${JSON.stringify(name)}
on:
  schedule:
    # UTC
    - cron: '${minute} ${hour} * * *'
  workflow_dispatch: {}
permissions:
  contents: read
# A second run waits for the first one.
concurrency: ${unitName(name)}
jobs:
  ucbulk:
    runs-on: ubuntu-latest
    timeout-minutes: 350
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: '22'
      # The state directory has the ledgers. Without it, an unfinished run can't be continued.
      - uses: actions/cache@v4
        with:
          path: state
          key: ucbulk-state-\${{ github.run_id }}
          restore-keys: ucbulk-state-
      - name: Run the job
        env:
          UPLOADCARE_PUBLIC_KEY: \${{ secrets.UPLOADCARE_PUBLIC_KEY }}
          UPLOADCARE_SECRET_KEY: \${{ secrets.UPLOADCARE_SECRET_KEY }}
        run: |
          mkdir -p state
          code=0
          npx --yes ucbulk@${version} run ${indented(shellWord(file))} ${UNATTENDED} || code=$?
          case "$code" in
            8|10) echo "::notice::A limit was reached. The next run continues." ;;
            5|130|143) echo "::warning::The run is incomplete. The next run continues it." ;;
            0) ;;
            *) exit "$code" ;;
          esac
`;
}

function kubernetes({ name, file, hour, minute, version }: ScheduledJob): string {
  const object = unitName(name);
  const command = `code=0; npx --yes ucbulk@${version} run ${shellWord(`/jobs/${baseName(file)}`)} ${UNATTENDED} || code=$?; case "$code" in 8|10) exit 0 ;; esac; exit "$code"`;
  return `# kubectl create configmap ${object}-job --from-file=${baseName(file)}
# kubectl create secret generic ${object}-keys --from-literal=UPLOADCARE_PUBLIC_KEY=… --from-literal=UPLOADCARE_SECRET_KEY=…
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: ${object}-state
spec:
  accessModes: [ReadWriteOncePod]
  resources:
    requests:
      storage: 5Gi
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: ${object}
spec:
  schedule: '${minute} ${hour} * * *'
  timeZone: Etc/UTC
  # Only one process may work on the ledgers.
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      backoffLimit: 6
      podFailurePolicy:
        rules:
          # These codes need a person: another start would end in the same way.
          - action: FailJob
            onExitCodes:
              containerName: ucbulk
              operator: In
              values: [1, 2, 3, 7, 11, 70]
          # The node was drained.
          - action: Ignore
            onPodConditions:
              - type: DisruptionTarget
                status: 'True'
      template:
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 120
          securityContext:
            runAsNonRoot: true
            runAsUser: 1000
            fsGroup: 1000
          containers:
            - name: ucbulk
              image: node:22-bookworm-slim
              command: [sh, -c]
              args:
                - ${JSON.stringify(command)}
              env:
                - name: UCBULK_STATE
                  value: /state
                - name: HOME
                  value: /tmp
              envFrom:
                - secretRef:
                    name: ${object}-keys
              securityContext:
                readOnlyRootFilesystem: true
                allowPrivilegeEscalation: false
              resources:
                requests: { cpu: 100m, memory: 256Mi }
                limits: { memory: 512Mi }
              volumeMounts:
                - { name: state, mountPath: /state }
                - { name: job, mountPath: /jobs, readOnly: true }
                - { name: tmp, mountPath: /tmp }
          volumes:
            - name: state
              persistentVolumeClaim:
                claimName: ${object}-state
            - name: job
              configMap:
                name: ${object}-job
            - name: tmp
              emptyDir: {}
`;
}

/** A name of letters, digits and dashes, as units of systemd and objects of Kubernetes need it. */
function unitName(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return `ucbulk-${plain.replaceAll(/^-|-$/g, '')}`.slice(0, 45).replace(/-$/, '');
}

/** A word of a command line of cron, which would end the command at a %. */
function cronWord(text: string): string {
  return shellWord(text).replaceAll('%', '\\%');
}

/** A word of a command line of systemd, in which % and $ have a special meaning. */
function systemdWord(text: string): string {
  const escaped = text.replaceAll(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return `"${escaped}"`;
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n          ');
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
