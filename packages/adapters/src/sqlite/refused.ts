/** A refusal with a reason, thrown where a file is opened, to leave a transaction with it; it never gets further. */
export class Refused extends Error {}
