import Disk
import LineEndings
import PluginKit
import Settings

/// `quarantine.ini`.
final class QuarantineSettings: PluginSettings {
    let quarantine: Quarantine<LinuxDisk>

    init(_ settings: Settings) throws(PluginError) {
        let file = "quarantine.ini"
        let endings = settings.text(file, "line_endings", default: "lf")
        guard let endings = LineEndings(rawValue: endings) else {
            throw settings.wrong(file, key: "line_endings", "line_endings is \"\(endings)\", but must be crlf or lf")
        }
        quarantine = Quarantine(
            disk: LinuxDisk(),
            root: try settings.path(file, "quarantine_path", default: "/var/spool/haraka/quarantine"),
            endings: endings
        )
    }
}
