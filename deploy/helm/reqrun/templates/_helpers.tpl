{{- define "reqrun.labels" -}}
app.kubernetes.io/name: reqrun
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "reqrun.name" -}}
{{ printf "%s-%s" .root.Release.Name .component | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "reqrun.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "reqrun.container" -}}
image: {{ printf "%s:%s" .root.Values.image.repository (.root.Values.image.tag | default .root.Chart.AppVersion) | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{- define "reqrun.secretEnv" -}}
{{- range $setting, $key := .root.Values.secret.keys }}
- name: {{ $setting }}_FILE
  value: /run/secrets/reqrun/{{ $key }}
{{- end }}
{{- end }}

{{- define "reqrun.mounts" -}}
- name: tmp
  mountPath: /tmp
- name: secret
  mountPath: /run/secrets/reqrun
  readOnly: true
{{- end }}

{{- define "reqrun.volumes" -}}
- name: tmp
  emptyDir: {}
- name: secret
  secret:
    secretName: {{ .root.Values.secret.name }}
    defaultMode: 288
    items:
      {{- range .root.Values.secret.keys }}
      - key: {{ . }}
        path: {{ . }}
      {{- end }}
{{- end }}

{{- define "reqrun.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "reqrun.labels" . | nindent 8 }}
{{- end }}
