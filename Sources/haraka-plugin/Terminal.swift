internal import Glibc

/// The streams of the command: results go to standard output, what is said beside them to standard error.
enum Terminal {
    static func say(_ text: String) {
        var line = text + "\n"
        line.withUTF8 { bytes in _ = unsafe write(2, bytes.baseAddress, bytes.count) }
    }
}
