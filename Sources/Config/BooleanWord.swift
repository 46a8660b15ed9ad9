/// The words for yes and no, in any case.
public enum BooleanWord {
    public static func value(of word: String) -> Bool? {
        // Beyond ASCII there are more letters whose small form is a k.
        guard word.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        return switch word.lowercased() {
        case "true", "yes", "ok", "enabled", "on", "1": true
        case "false", "no", "disabled", "off", "0": false
        default: nil
        }
    }
}
