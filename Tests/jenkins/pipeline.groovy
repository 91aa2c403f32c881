// Runs a Jenkinsfile of the documentation in Groovy 2.4, which Jenkins has too: the steps that it and Boardcast's own step
// use, done for real on this machine, one stage after the other.
//
// usage: groovy pipeline.groovy JENKINSFILE LIBRARY WORKSPACE, with the credentials of boardcast-token in BOARDCAST_TOKEN
import org.codehaus.groovy.control.CompilerConfiguration

abstract class Pipeline extends Script {
  // What all scripts of a run share.
  static File library, workspace
  static Map<String, String> variables = [:]
  static Map<String, String> credentials = [:]

  def pipeline(Closure body) { body() }
  def agent(any) {}
  def getAny() { 'any' }
  def stages(Closure body) { body() }
  def steps(Closure body) { body() }

  def stage(String name, Closure body) {
    println "stage ${name}"
    body()
  }

  def getEnv() { variables }

  String pwd(Map options) {
    File folder = new File(workspace, options.tmp ? '../tmp of the workspace' : '.')
    folder.mkdirs()
    folder.path
  }

  private File file(name) { name.toString().startsWith('/') ? new File(name.toString()) : new File(workspace, name.toString()) }
  String readFile(Map options) { file(options.file).getText(options.encoding ?: 'UTF-8') }
  void writeFile(Map options) { file(options.file).setText(options.text, options.encoding ?: 'UTF-8') }
  String libraryResource(String name) { new File(library, "resources/${name}").getText('UTF-8') }

  def string(Map options) { options }

  def withCredentials(List<Map> wanted, Closure body) {
    wanted.each {
      if (!credentials[it.credentialsId]) throw new IllegalArgumentException("no credentials ${it.credentialsId}")
    }
    within(wanted.collectEntries { [it.variable, credentials[it.credentialsId]] }, body)
  }

  def withEnv(List wanted, Closure body) { within(wanted.collectEntries { it.toString().split('=', 2) as List }, body) }

  private within(Map<String, String> more, Closure body) {
    Map<String, String> before = variables
    variables = before + more
    try { body() } finally { variables = before }
  }

  void sh(String script) { sh(script: script) }

  void sh(Map options) {
    // As durable-task runs it.
    def builder = new ProcessBuilder('/bin/sh', '-xe', '-c', options.script.toString()).directory(workspace).inheritIO()
    builder.environment().putAll(variables.collectEntries { [it.key, it.value.toString()] })
    int status = builder.start().waitFor()
    if (status != 0) throw new RuntimeException("script returned exit code ${status}")
  }

  // A step of the library: vars/NAME.groovy.
  def methodMissing(String name, arguments) {
    File step = new File(library, "vars/${name}.groovy")
    if (!step.exists()) throw new MissingMethodException(name, getClass(), arguments as Object[])
    shell().parse(step).call(*arguments)
  }

  static GroovyShell shell() {
    new GroovyShell(Pipeline.classLoader, new Binding(), new CompilerConfiguration(scriptBaseClass: Pipeline.name))
  }
}

def (jenkinsfile, library, workspace) = args
Pipeline.library = new File(library)
Pipeline.workspace = new File(workspace)
Pipeline.variables = System.getenv().findAll { it.key in ['PATH', 'JOB_NAME', 'BUILD_NUMBER', 'BUILD_URL', 'no_proxy'] }
Pipeline.credentials = ['boardcast-token': System.getenv('BOARDCAST_TOKEN')]
try {
  // The annotation is Jenkins' own and says only where the library is.
  Pipeline.shell().evaluate(new File(jenkinsfile).getText('UTF-8').replace("@Library('boardcast') _", ''))
} catch (RuntimeException failure) {
  System.err.println "FAILURE: ${failure.message}"
  System.exit(1)
}
