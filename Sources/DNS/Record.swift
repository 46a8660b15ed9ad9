/// What one record says.
public enum Record: Hashable, Sendable {
    case address(HostAddress)
    case mx(MailExchanger)
    /// The strings of one record joined, as SPF and DKIM want them; bytes, for nothing says that they are text.
    case txt([UInt8])
    case ptr(Name)
    case cname(Name)
    case ns(Name)
    case tlsa(HostKey)
    /// Of a type that this room doesn't read: its bytes.
    case other([UInt8])
}
