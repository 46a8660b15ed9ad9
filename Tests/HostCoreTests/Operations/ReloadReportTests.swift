import Testing

@testable import HostCore
@testable import PluginHost

@Suite struct ReloadReportTests {
    @Test func nothingIsSaidToHaveChangedWhenNothingHas() {
        #expect(ReloadReport().text == "nothing has changed")
        #expect(ReloadReport().isClean)
    }

    @Test func eachPartIsPrintedLineByLine() {
        var loaded = LoadReport()
        loaded.loaded = ["new"]
        loaded.replaced = ["swapped"]
        loaded.reconfigured = ["told"]
        loaded.kept = ["same"]
        loaded.removed = ["gone"]
        loaded.needsRestart = [.init(plugin: "rigid", sentence: "needs a restart: its bytes changed")]
        loaded.skipped = [LoadFailure(plugin: "bad", step: .open, reason: "no", fix: "mend it")]
        var report = ReloadReport()
        report.take(loaded, running: ["new", "swapped", "told", "same", "rigid"])
        report.applied.append("config/smtp.ini")
        report.needsRestart.append("config/smtp.ini: listen")
        #expect(
            report.text == """
                applied: plugin new loaded
                applied: plugin swapped replaced: new connections get the new one
                applied: plugin told has its new configuration
                applied: plugin gone removed
                applied: config/smtp.ini
                refused: plugin bad: open: no; mend it; it is left out (ignore_bad_plugins)
                needs a restart: plugin rigid: its bytes changed
                needs a restart: config/smtp.ini: listen
                """
        )
        #expect(!report.isClean)
    }

    @Test func aRefusalIsNotClean() {
        var report = ReloadReport()
        report.refused = ["config/smtp.ini:1: nodes must be cpus"]
        #expect(report.text == "refused: config/smtp.ini:1: nodes must be cpus")
        #expect(!report.isClean)
    }
}
