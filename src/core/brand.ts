/** A string or number with a type of its own, so that only a parse function can create it. */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name };
