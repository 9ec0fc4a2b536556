/** A string or number that only a parse function can create. */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name };
