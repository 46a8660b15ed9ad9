/// The words for yes and no, in any case.
public enum BooleanWord {
    public static func value(of word: String) -> Bool? {
        switch word.lowercased() {
        case "true", "yes", "ok", "enabled", "on", "1": true
        case "false", "no", "disabled", "off", "0": false
        default: nil
        }
    }
}
