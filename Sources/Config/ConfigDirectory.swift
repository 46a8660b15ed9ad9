import System

/// The places that a configuration is read from: the administrator's directory, and those with shipped defaults.
public struct ConfigDirectory: Sendable {
    /// The live directory: what stands there wins.
    public let path: String
    /// Directories with defaults, of the server and of plugins.
    ///
    /// Among them the earlier one wins; one may be missing.
    public let shipped: [String]

    public init(path: String, shipped: [String] = []) {
        self.path = path
        self.shipped = shipped
    }

    /// Reads everything once.
    ///
    /// Throws when the live directory can't be read; the faults of single files are in `ConfigSnapshot.problems`, and a
    /// snapshot with an error among them should not be put into force.
    public func read() throws(ConfigError) -> ConfigSnapshot {
        var live = DirectoryReader(path: path, isShipped: false)
        do throws(SystemError) {
            try live.read()
        } catch {
            let fix = error.isMissing ? "make a service directory with: haraka -i DIR" : "check its owner and mode"
            let message = "the configuration cannot be read: \(error.reason)"
            throw ConfigError([Problem(.error, file: path, message: message, fix: fix)])
        }
        var (defaults, problems): ([[String: ConfigFile]], [Problem]) = ([], live.problems)
        for path in shipped {
            var reader = DirectoryReader(path: path, isShipped: true)
            do throws(SystemError) {
                try reader.read()
            } catch  where error.isMissing {
                continue
            } catch {
                problems.append(Problem(.error, file: path, message: "cannot be read: \(error.reason)"))
            }
            defaults.append(reader.files)
            problems += reader.problems
        }
        return ConfigSnapshot(name: Files.split(path).name, live: live.files, shipped: defaults, problems: problems)
    }
}
