/// What this server calls itself.
public enum Product {
    public static let name = "Haraka"
    public static let version = "0.1.0"
    /// How plugins see it.
    static let identifier = "haraka-swift"
}
