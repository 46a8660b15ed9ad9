/// The question that is open, with what its answer needs.
enum Pending: Equatable {
    case connect
    case hello(HelloVerb, host: String)
    case mail(Transaction)
    case recipient
    case data
    case tooBig
    case commit
    case verify, noop, reset, quit, help, unrecognized
}
