import Hooks
import Testing

@testable import HostCore
@testable import PluginHost

@Suite struct OrderTableTests {
    @Test func theTableIsInTheOrderOfAMail() {
        let rows = [
            OrderRow(
                hook: .rcpt,
                plugin: "b",
                function: "i(args:p)",
                priority: 0,
                timeout: .seconds(30),
                order: 2,
                isInline: true,
                observes: false
            ),
            OrderRow(
                hook: .queue,
                plugin: "queue/maildir",
                function: "i(args:p)",
                priority: -10,
                timeout: nil,
                order: 1,
                isInline: false,
                observes: false
            ),
            OrderRow(
                hook: .rcpt,
                plugin: "a",
                function: "i(ud:p)",
                priority: -5,
                timeout: .seconds(5),
                order: 1,
                isInline: false,
                observes: false
            ),
        ]
        #expect(
            OrderTable.render(rows) == """
                Hook   Order  Plugin         Function   Priority  Timeout  Runs
                rcpt   1      a              i(ud:p)    -5        5 s      lane
                rcpt   2      b              i(args:p)  0         30 s     inline
                queue  1      queue/maildir  i(args:p)  -10       none     lane
                """
        )
    }

    @Test func withoutPluginsThereIsTheHeaderOnly() {
        #expect(OrderTable.render([]) == "Hook  Order  Plugin  Function  Priority  Timeout  Runs")
    }

    /// A hook may give its own limit in milliseconds.
    @Test func aTimeoutBelowASecondIsShownAsItIs() {
        let row = OrderRow(
            hook: .mail,
            plugin: "a",
            function: "i()",
            priority: 0,
            timeout: .milliseconds(1500),
            order: 1,
            isInline: false,
            observes: false
        )
        #expect(OrderTable.render([row]).contains("  1.5 s  "))
    }
}
