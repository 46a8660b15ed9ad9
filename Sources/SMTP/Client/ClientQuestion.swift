/// What a calling session has asked outside a transaction.
enum ClientQuestion {
    /// Nothing was asked: the host speaks first.
    case greeting
    case hello(HelloVerb)
    case startTLS, authentication, reset, quit

    var stage: ClientStage {
        switch self {
        case .greeting: .greeting
        case .hello: .hello
        case .startTLS: .startTLS
        case .authentication: .authentication
        case .reset: .reset
        case .quit: .quit
        }
    }
}
