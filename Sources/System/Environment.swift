import Glibc

/// The process's environment variables.
public enum Environment {
    /// A variable's text; nil when it is unset or empty.
    public static func value(_ name: String) -> String? {
        guard let text = unsafe getenv(name) else { return nil }
        let value = unsafe String(cString: text)
        return value.isEmpty ? nil : value
    }

    /// Sets a variable for the programs that this one starts; only while there is one thread.
    public static func set(_ name: String, _ value: String?) {
        if let value { unsafe setenv(name, value, 1) } else { unsafe unsetenv(name) }
    }
}
