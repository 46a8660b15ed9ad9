/// How pressing the end of a certificate is.
enum ExpiryLevel: Sendable {
    /// A warning: most are renewed by themselves a month before.
    case soon
    /// An error: by now somebody must do something.
    case urgent
    case ended

    /// Nil while there is time.
    init?(days: Int) {
        switch days {
        case ..<0: self = .ended
        case ...7: self = .urgent
        case ...21: self = .soon
        default: return nil
        }
    }
}
