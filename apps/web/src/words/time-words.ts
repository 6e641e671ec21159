/** How instants are written: the person's own unless a test says otherwise. */
export interface Place {
  readonly locale?: string
  readonly timeZone?: string
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** Up to here a time that has passed is told by its distance, and beyond it by its date. */
const daysPastMax = 30
const daysAheadMax = 120
const momentMs = 45_000

// English, since it stands in English sentences; dates are in the person's own form.
const distance = new Intl.RelativeTimeFormat('en')

/** `just now`, `5 minutes ago`, `in 3 days`; a date where the distance would say little. */
export const relativeWords = (instant: number, now: number, place: Place = {}): string => {
  const ms = instant - now
  if (Math.abs(ms) < momentMs) return ms > 0 ? 'in a moment' : 'just now'
  const minutes = whole(ms / minuteMs)
  if (Math.abs(minutes) < 60) return distance.format(minutes, 'minute')
  const hours = whole(ms / hourMs)
  if (Math.abs(hours) < 24) return distance.format(hours, 'hour')
  const days = whole(ms / dayMs)
  const isNear = days > 0 ? days <= daysAheadMax : -days <= daysPastMax
  return isNear ? distance.format(days, 'day') : dateWords(instant, place)
}

/** What has passed is as many units old as are complete; what comes is told by the nearest: in 6.99 days is in 7. */
const whole = (units: number): number =>
  units < 0 ? Math.min(-1, Math.ceil(units)) : Math.max(1, Math.round(units))

/** A date alone, such as `12 Mar 2026`. */
export const dateWords = (instant: number, { locale, timeZone }: Place = {}): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', ...zone(timeZone) }).format(instant)

/** The exact instant with its time zone, for titles and for what must not be misread. */
export const exactWords = (instant: number, { locale, timeZone }: Place = {}): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long', ...zone(timeZone) }).format(
    instant,
  )

/** The time of the day, for lines under the heading of a day. */
export const clockWords = (instant: number, { locale, timeZone }: Place = {}): string =>
  new Intl.DateTimeFormat(locale, { timeStyle: 'medium', ...zone(timeZone) }).format(instant)

/** The heading of a day: `Today`, `Yesterday`, or the day in full. */
export const dayWords = (instant: number, now: number, place: Place = {}): string => {
  const day = dayOf(instant, place)
  if (day === dayOf(now, place)) return 'Today'
  if (day === dayOf(now - dayMs, place)) return 'Yesterday'
  return new Intl.DateTimeFormat(place.locale, { dateStyle: 'full', ...zone(place.timeZone) }).format(instant)
}

/** The day of an instant where the person is, as `2026-03-12`. */
export const dayOf = (instant: number, { timeZone }: Place = {}): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', ...zone(timeZone) }).format(instant)

const zone = (timeZone: string | undefined): { readonly timeZone?: string } =>
  timeZone === undefined ? {} : { timeZone }
