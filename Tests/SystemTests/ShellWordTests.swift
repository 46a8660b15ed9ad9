import System
import Testing

struct ShellWordTests {
    @Test(arguments: [
        ("/etc/haraka/config/me", "/etc/haraka/config/me"), ("/my files/me", "'/my files/me'"),
        ("/it's/me", "'/it'\\''s/me'"), ("/a;reboot", "'/a;reboot'"), ("-rf", "'-rf'"), ("/ä", "'/ä'"), ("", "''"),
        ("$(id)", "'$(id)'"), ("b@x.example", "b@x.example"),
    ])
    func `Any text is one word of the shell`(text: String, word: String) {
        #expect(ShellWord.of(text) == word)
    }
}
