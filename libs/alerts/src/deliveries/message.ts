import { type AlertEvent, type RequestMode, type AlertKind } from '@reqrun/contracts';
import type { Mail } from '@reqrun/providers';

import { ALERT_KIND_NAMES, describeAlert, durationOf } from '../evaluation/words.js';
import type { AlertCondition, AlertSubject } from '../rules/rule.js';

/** A notification, as it is posted to a webhook. It has nothing of a prompt, an answer or a key. */
export interface AlertMessage {
  readonly type: AlertEvent;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly data: {
    readonly project: { readonly id: string; readonly name: string };
    readonly rule: {
      readonly id: string;
      readonly name: string;
      readonly kind: AlertKind;
      readonly mode: RequestMode;
      readonly threshold: number | null;
      readonly window_minutes: number | null;
      readonly min_requests: number | null;
    };
    /** Null in a test. */
    readonly alert: {
      readonly id: string;
      readonly started_at: string;
      readonly resolved_at: string | null;
      readonly value: number | null;
    } | null;
    readonly subjects: readonly AlertSubject[];
    /** A sentence or two for people. */
    readonly summary: string;
    /** Page of the dashboard. */
    readonly url: string;
  };
}

/** Parts of a message. */
export interface MessageParts {
  readonly event: AlertEvent;
  readonly now: Date;
  readonly project: { readonly id: string; readonly name: string };
  readonly rule: AlertCondition & { readonly id: string; readonly name: string };
  readonly alert: {
    readonly id: string;
    readonly startedAt: Date;
    readonly resolvedAt: Date | null;
    readonly value: number | null;
    readonly subjects: readonly AlertSubject[];
  } | null;
  /** Address of the dashboard. */
  readonly dashboardUrl: string;
}

/**
 * Composes a notification.
 *
 * @param parts its parts
 */
export function composeMessage(parts: MessageParts): AlertMessage {
  const { event, now, project, rule, alert, dashboardUrl } = parts;
  return {
    type: event,
    timestamp: now.toISOString(),
    data: {
      project,
      rule: {
        ...{ id: rule.id, name: rule.name, kind: rule.kind, mode: rule.mode },
        threshold: rule.threshold,
        window_minutes: rule.windowMinutes,
        min_requests: rule.minRequests,
      },
      alert:
        alert === null
          ? null
          : {
              id: alert.id,
              started_at: alert.startedAt.toISOString(),
              resolved_at: alert.resolvedAt?.toISOString() ?? null,
              value: alert.value,
            },
      subjects: alert?.subjects ?? [],
      summary: summaryOf(parts),
      url: `${dashboardUrl.replace(/\/+$/, '')}/projects/${project.id}/alerts`,
    },
  };
}

function summaryOf({ event, rule, alert, now }: MessageParts): string {
  if (alert === null) {
    return `This is a test of the alert rule “${rule.name}”. Nothing is wrong.`;
  }
  if (event === 'alert.resolved') {
    const seconds = ((alert.resolvedAt ?? now).getTime() - alert.startedAt.getTime()) / 1000;
    return `The alert is over. It lasted ${durationOf(seconds)}.`;
  }
  const about = describeAlert(rule, alert.value, alert.subjects);
  const seconds = (now.getTime() - alert.startedAt.getTime()) / 1000;
  return event === 'alert.reminder' ? `Still firing after ${durationOf(seconds)}. ${about}` : about;
}

const HEADINGS: Readonly<Record<AlertEvent, string>> = {
  'alert.fired': 'Firing',
  'alert.reminder': 'Still firing',
  'alert.resolved': 'Resolved',
  'alert.test': 'Test',
};

/**
 * The mail of a notification.
 *
 * @param id id of the delivery
 * @param to address of the recipient
 * @param message the notification
 */
export function mailOf(id: string, to: string, { type, timestamp, data }: AlertMessage): Mail {
  const { project, rule, alert } = data;
  const lines = [
    data.summary,
    '',
    `Rule:     ${rule.name} (${ALERT_KIND_NAMES[rule.kind]}, ${rule.mode} requests)`,
    `Project:  ${project.name}`,
    ...(alert === null ? [] : [`Since:    ${alert.started_at}`]),
    ...(alert?.resolved_at ? [`Resolved: ${alert.resolved_at}`] : []),
    `Sent:     ${timestamp}`,
    '',
    data.url,
    '',
    'You get this mail because the rule names your address. An owner of the project can change that.',
    '',
  ];
  return {
    ...{ id, to, thread: alert?.id ?? id },
    subject: `[ReqRun] ${HEADINGS[type]}: ${rule.name} (${project.name})`,
    text: lines.join('\n'),
  };
}
