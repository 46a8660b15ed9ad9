/// Whose signature makes a peer's certificate a verified one.
public enum TLSTrust: Sendable, Hashable {
    case nobody
    /// The authorities that the operating system trusts.
    case system
    /// A file of certificates in PEM, a folder hashed by `openssl rehash`, or both.
    case authorities(file: String?, folder: String? = nil)
}
