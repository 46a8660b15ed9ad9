/// The kinds of result that a plugin leaves behind, as in Haraka.
public enum ResultKind: String, Sendable, CaseIterable {
    case pass
    case fail
    case skip
    case err
    case msg
}
